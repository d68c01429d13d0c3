use super::*;
use chrono::DateTime;
use proptest::prelude::*;
use uuid::Uuid;

fn id(name: &str) -> DefinitionId {
    DefinitionId::new(name).unwrap()
}

fn same(left: &str, right: &str, score: f64) -> Match {
    Match {
        left: id(left),
        left_version: 1,
        right: id(right),
        right_version: 1,
        relation: Relation::Same,
        score,
        strength: if score >= 0.99 { Strength::Confirmed } else { Strength::Possible },
        evidence: vec![],
        model: "m".into(),
    }
}

fn ruled(left: &str, right: &str, relation: Relation, second: i64) -> Decision {
    Decision {
        id: Uuid::from_u128(u128::from(second.unsigned_abs())),
        left: id(left),
        left_version: 1,
        right: id(right),
        right_version: 1,
        relation: Some(relation),
        reason: "r".into(),
        steward: "s".into(),
        at: DateTime::from_timestamp(second, 0).unwrap(),
    }
}

fn found(names: &str, matches: &[Match], decisions: &[Decision], apart: &[(&str, &str)]) -> String {
    let ids: Vec<DefinitionId> = names.split(' ').map(id).collect();
    let contradict = |a: &DefinitionId, b: &DefinitionId| {
        apart
            .iter()
            .any(|(x, y)| (a.as_str(), b.as_str()) == (*x, *y) || (b.as_str(), a.as_str()) == (*x, *y))
    };
    let show = |m: &ConceptMember| {
        format!("{}{}{}", m.definition, if m.strength == Strength::Confirmed { "=" } else { "?" }, m.concept)
    };
    concepts(&ids, matches, decisions, &contradict).iter().map(show).collect::<Vec<_>>().join(" ")
}

#[test]
fn everything_has_a_place_and_equals_share_one() {
    assert_eq!(
        found("b a c d", &[same("b", "c", 0.999), same("c", "d", 0.6)], &[], &[]),
        "a=a b=b c=b c?d d?b d=d"
    );
}

#[test]
fn a_chain_never_crosses_a_cannot_link() {
    let chain = [same("a", "b", 0.995), same("b", "c", 0.999)];
    let apart = [ruled("a", "c", Relation::Different, 1)];
    assert_eq!(found("a b c", &chain, &apart, &[]), "a=a a?b b?a b=b c=b");
}

#[test]
fn a_chain_never_crosses_a_contradiction() {
    let both = [same("copy", "one", 0.9994), same("one", "prime", 0.9993)];
    assert_eq!(
        found("copy one prime", &both, &[], &[("copy", "prime")]),
        "copy=copy one=copy one?prime prime?copy prime=prime"
    );
    assert_eq!(found("copy one prime", &both, &[], &[]), "copy=copy one=copy prime=copy");
}

#[test]
fn stewards_join_and_part_and_the_latest_ruling_holds() {
    let part_then_join = [ruled("a", "b", Relation::Different, 1), ruled("a", "b", Relation::Same, 2)];
    assert_eq!(found("a b", &[], &part_then_join, &[("a", "b")]), "a=a b=a");
    let reversed = [ruled("a", "b", Relation::Same, 1), ruled("a", "b", Relation::Related, 2)];
    assert_eq!(found("a b", &[same("a", "b", 1.0)], &reversed, &[]), "a=a b=b");
}

#[test]
fn what_is_not_registered_counts_for_nothing() {
    assert_eq!(found("a", &[same("a", "z", 1.0)], &[ruled("a", "y", Relation::Same, 1)], &[]), "a=a");
}

proptest! {
    #[test]
    fn order_does_not_matter_and_rulings_always_hold(
        pairs in proptest::collection::vec((0_usize..7, 0_usize..7, 90_u32..101), 0..25),
        rulings in proptest::collection::vec((0_usize..7, 0_usize..7, any::<bool>()), 0..8),
    ) {
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        let ids: Vec<DefinitionId> = names.iter().map(|n| id(n)).collect();
        let mut matches: Vec<Match> = pairs.iter().filter(|(a, b, _)| a < b)
            .map(|(a, b, score)| same(names[*a], names[*b], f64::from(*score) / 100.0)).collect();
        let mut decisions: Vec<Decision> = (1..).zip(&rulings).filter(|(_, (a, b, _))| a < b)
            .map(|(at, (a, b, join))| ruled(names[*a], names[*b], if *join { Relation::Same } else { Relation::Different }, at)).collect();
        let once = concepts(&ids, &matches, &decisions, &|_, _| false);
        matches.reverse();
        decisions.reverse();
        prop_assert_eq!(&once, &concepts(ids.iter().rev(), &matches, &decisions, &|_, _| false));
        let place = |id: &DefinitionId| once.iter().filter(|m| m.definition == *id && m.strength == Strength::Confirmed)
            .map(|m| m.concept.clone()).collect::<Vec<_>>();
        for id in &ids {
            prop_assert_eq!(place(id).len(), 1);
        }
        for decision in rulings_of(&decisions).iter().filter(|d| d.relation == Some(Relation::Different)) {
            prop_assert_ne!(place(&decision.left), place(&decision.right));
        }
    }
}

/// The latest decision on each pair, found in another way.
fn rulings_of(decisions: &[Decision]) -> Vec<&Decision> {
    decisions
        .iter()
        .filter(|d| {
            !decisions
                .iter()
                .any(|later| (&later.left, &later.right) == (&d.left, &d.right) && later.at > d.at)
        })
        .collect()
}
