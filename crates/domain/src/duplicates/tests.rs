use super::*;
use crate::Error;

fn asker() -> ReportedAsker {
    ReportedAsker {
        collection: CollectionId::new("held").unwrap(),
        title: "Held".into(),
        owner: OdsCode::new("X26").unwrap(),
        owner_name: "NHS Digital".into(),
        state: VersionState::Live,
        frequency: None,
        same_records: true,
        shared_respondents: 7,
    }
}

fn item(position: u32, standing: Standing) -> ReportedItem {
    let definition = DefinitionId::new("falls").unwrap();
    let hit = ReportedHit {
        definition: definition.clone(),
        label: "Falls".into(),
        standing,
        score: 0.9,
        strength: Strength::Confirmed,
        evidence: vec![],
        model: "m".into(),
        asked_by: vec![asker()],
    };
    ReportedItem {
        position,
        definition,
        label: "Falls with harm".into(),
        role: ItemRole::Content,
        subject: SubjectId::new("STAFF").unwrap(),
        standing,
        hits: vec![hit],
        explanation: None,
    }
}

/// A report of so many content items, of which so many are asked already.
pub(crate) fn report(duplicates: usize, items: usize) -> DuplicateReport {
    let standing = |at: usize| if at < duplicates { Standing::Same } else { Standing::New };
    DuplicateReport {
        collection: CollectionId::new("a").unwrap(),
        version: 1,
        number: 1,
        made_at: DateTime::UNIX_EPOCH,
        submitted_by: "ann".into(),
        items: (0..items).map(|at| item(count(at + 1), standing(at))).collect(),
        burden: FiledBurden { method: Method::Assumed, hours: 1.0, pence: 2.0, respondents: 7 },
        referred: String::new(),
    }
}

fn answered(change: impl FnOnce(&mut ReportedItem)) -> Vec<String> {
    let mut report = report(0, 3);
    report.items[1] = item(2, Standing::Contained);
    change(&mut report.items[1]);
    let mut found = Violations::new();
    report.check_answers(|position| position as usize - 1, &mut found);
    let Err(Error::Invalid(all)) = found.into_result() else { return vec![] };
    all.into_iter().map(|v| format!("{} {} {}", v.field, v.rule, v.expected)).collect()
}

#[test]
fn each_duplicate_needs_an_answer_and_is_told_what_it_duplicates() {
    let said = answered(|_| ());
    assert_eq!(said.len(), 1);
    for part in
        ["items[1] COMPLY_OR_EXPLAIN", "CONTAINED to \"Falls\"", "NHS Digital (X26) asks 7", "\"Held\""]
    {
        assert!(said[0].contains(part), "{part} in {said:?}");
    }
    let explained = |explanation: Explanation| answered(|item| item.explanation = Some(explanation));
    assert_eq!(explained(Explanation::default()).len(), 1);
    assert_eq!(explained(Explanation { keep_reason: "x".into(), ..Explanation::default() }).len(), 1);
    assert!(explained(Explanation { reason: "x".into(), ..Explanation::default() }).is_empty());
    let reuse_agreement = "reuseAgreements/1".to_owned();
    assert!(explained(Explanation { reuse_agreement, ..Explanation::default() }).is_empty());
}

#[test]
fn what_is_not_asked_twice_needs_none() {
    for standing in [Standing::Identical, Standing::Same, Standing::Contained, Standing::Derivable] {
        assert_eq!(answered(|it| it.hits[0].standing = standing).len(), 1, "{standing}");
    }
    for standing in [Standing::Related, Standing::New] {
        assert!(answered(|it| it.hits[0].standing = standing).is_empty(), "{standing}");
    }
    assert!(answered(|it| it.role = ItemRole::Linkage).is_empty(), "what joins records is asked everywhere");
    assert!(answered(|it| it.hits[0].strength = Strength::Possible).is_empty());
    for change in [
        (|asker| asker.same_records = false) as fn(&mut ReportedAsker),
        |asker| asker.shared_respondents = 0,
        |asker| asker.state = VersionState::Suspended,
    ] {
        assert!(answered(|it| change(&mut it.hits[0].asked_by[0])).is_empty());
    }
}

#[test]
fn explanations_are_of_items_and_agreements_that_there_are() {
    let of = |position, reuse_agreement: &str| Explanation {
        position,
        reason: "x".into(),
        reuse_agreement: reuse_agreement.into(),
        keep_reason: String::new(),
    };
    let given = [of(1, ""), of(1, "reuseAgreements/1"), of(9, "reuseAgreements/2")];
    let mut found = Violations::new();
    let agreements = BTreeSet::from(["reuseAgreements/1".to_owned()]);
    check_explanations(&given, &BTreeSet::from([1, 2]), &agreements, &mut found);
    let Err(Error::Invalid(all)) = found.into_result() else { panic!("accepted") };
    let said: Vec<_> = all.iter().map(|v| format!("{} {}", v.field, v.rule)).collect();
    assert_eq!(
        said,
        [
            "explanations[1].position UNIQUE",
            "explanations[2].position KNOWN",
            "explanations[2].reuse_agreement KNOWN"
        ]
    );
}
