use super::*;
use chrono::TimeDelta;

fn id(key: &str) -> DefinitionId {
    DefinitionId::new(key).unwrap()
}

fn ruled(left: &str, right: &str, relation: Relation, second: i64) -> Decision {
    Decision {
        id: Uuid::from_u128(u128::try_from(second).unwrap()),
        left: id(left),
        left_version: 1,
        right: id(right),
        right_version: 1,
        relation: Some(relation),
        reason: "as the text says".into(),
        steward: "steward".into(),
        at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(second),
    }
}

#[test]
fn the_latest_ruling_on_a_pair_holds_from_both_sides() {
    let rulings = Rulings::new(&[
        ruled("a", "b", Relation::Narrower, 3),
        ruled("a", "b", Relation::Different, 2),
        ruled("a", "c", Relation::Different, 1),
    ]);
    let on = |left, right| rulings.on(&id(left), &id(right)).map(|(relation, _)| relation);
    assert_eq!(on("a", "b"), Some(Relation::Narrower));
    assert_eq!(on("b", "a"), Some(Relation::Broader));
    assert_eq!(on("c", "a"), Some(Relation::Different));
    assert_eq!((on("b", "c"), on("a", "a")), (None, None));
}

#[test]
fn a_ruling_that_was_taken_back_holds_no_more() {
    let same = ruled("a", "b", Relation::Same, 1);
    let back = Decision { relation: None, ..ruled("a", "b", Relation::Same, 2) };
    assert!(Rulings::new(&[same.clone(), back.clone()]).on(&id("b"), &id("a")).is_none());
    let again = ruled("a", "b", Relation::Related, 3);
    assert!(Rulings::new(&[again, back, same]).on(&id("b"), &id("a")).is_some());
}

#[test]
fn what_holds_of_left_and_right_holds_turned_round() {
    for relation in [
        Relation::Same,
        Relation::Narrower,
        Relation::Broader,
        Relation::DerivableLeftFromRight,
        Relation::DerivableRightFromLeft,
        Relation::Related,
        Relation::Different,
    ] {
        assert_eq!(relation.turned().turned(), relation);
        // Only one side of two definitions can be held in the other, unless they are the same.
        let held = |relation| Standing::of(relation).is_some_and(Standing::is_held);
        assert!(relation == Relation::Same || !(held(relation) && held(relation.turned())), "{relation}");
    }
}
