//! What is done about items that are asked already is done as one: what two bodies hold is asked of each, and a draft never rests on less
//! than was asked for.

use super::*;
use onus_app::{comply::Answers, drafts::NewCollection};
use onus_domain::{collection::SectorPath, organisation::ProviderType, version::Content};
use std::collections::BTreeMap;
use strum::VariantArray;

/// Content of one body's version that everybody who may be asked for it is asked by.
fn asked_of(version: &Version) -> impl Iterator<Item = &Item> {
    version.content.items.iter().filter(|item| item.role == ItemRole::Content && item.is_asked())
}

/// A draft of a third body that asks two items of one body (1, 2) and two of another (3, 4).
async fn draft(test: &TestApp) -> (CollectionId, Context, [OdsCode; 2]) {
    let snapshot = test.app.store().snapshot().await.unwrap();
    let owner = |version: &Version| snapshot.collection(&version.collection).unwrap().owner.clone();
    let asking = |version: &&Version| {
        version.in_force(today())
            && asked_of(version).count() > 1
            && snapshot.respondents(version).next().is_some()
    };
    let first = snapshot.versions.iter().find(asking).unwrap();
    let other = |version: &&Version| asking(version) && owner(version) != owner(first);
    let second = snapshot.versions.iter().find(other).unwrap();
    let holders = [owner(first), owner(second)];
    let bodies = snapshot.organisations.iter().filter(|one| one.kind == OrganisationKind::NationalBody);
    let recipient = bodies.map(|one| one.code.clone()).find(|code| !holders.contains(code)).unwrap();
    let items = asked_of(first).take(2).chain(asked_of(second).take(2));
    let items = (1..).zip(items).map(|(position, item)| Item { position, ..item.clone() }).collect();
    let mut content = Content { title: "Watch".into(), items, ..first.content.clone() };
    if let Some(rule) = &mut content.respondents {
        rule.provider_types = ProviderType::VARIANTS.iter().copied().collect();
    }
    let registrar = who(test, Role::Registrar, recipient.as_str());
    let new = NewCollection { id: None, owner: recipient, sector_path: SectorPath::National, content };
    let made = test.app.create_collection(&registrar, new, false).await.unwrap().0;
    (made.id, registrar, holders)
}

fn answers(out: &[u32], reuse: &[u32], reasons: &[(u32, &str)]) -> Answers {
    Answers {
        out: out.iter().copied().collect(),
        reuse: reuse.iter().copied().collect(),
        reasons: reasons.iter().map(|(position, reason)| (*position, (*reason).to_owned())).collect(),
    }
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn two_holders_are_asked_and_the_draft_rests_on_both(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let (id, registrar, holders) = draft(&test).await;
    let report = test.app.duplicate_report(&registrar, &id, 1).await.unwrap();
    let to_ask: BTreeMap<u32, _> = report
        .items
        .iter()
        .filter_map(|item| {
            Some((item.position, item.to_ask(&registrar.actor.organisation.clone()?)?.clone()))
        })
        .collect();
    let [first, second] = holders.clone();
    let expected = [(1, first.clone()), (2, first.clone()), (3, second.clone()), (4, second.clone())];
    assert_eq!(to_ask, expected.into());

    // Everything that is wrong is said at once, and nobody was asked for anything.
    let long = "x".repeat(4_001);
    let wrong = answers(&[7], &[1, 3, 9], &[(2, &long)]);
    let outcome = test.app.answer_duplicates(&registrar, (&id, 1), "", wrong).await;
    let Err(Error::Invalid(found)) = outcome else { panic!("{outcome:?}") };
    let said: Vec<_> = found.iter().map(|one| (one.field.as_str(), one.rule.as_str())).collect();
    assert_eq!(said, [("out[7]", "KNOWN"), ("reuse[9]", "HELD"), ("reasons[2]", "LENGTH")]);
    assert_eq!(listed(&test, &registrar, "").await, []);
    let (_, before) = test.app.version(&registrar, &id, 1).await.unwrap();

    // One item out, one explained, two asked for, of two bodies.
    let given = || answers(&[2], &[1, 2, 3], &[(4, "The ward needs it on the day.")]);
    let stale = test.app.answer_duplicates(&registrar, (&id, 1), "\"7\"", given()).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })), "{stale:?}");
    let stranger = who(&test, Role::Registrar, holders[0].as_str());
    assert!(test.app.answer_duplicates(&stranger, (&id, 1), "", given()).await.is_err());
    assert_eq!(listed(&test, &registrar, "").await, []);
    let after =
        test.app.answer_duplicates(&registrar, (&id, 1), &etag(before.revision), given()).await.unwrap();
    assert_eq!(after, test.app.version(&registrar, &id, 1).await.unwrap().1);
    assert_eq!(after.revision, before.revision + 1, "it is one change");
    let positions: Vec<_> = after.content.items.iter().map(|item| item.position).collect();
    assert_eq!(positions, [1, 3, 4]);
    let asked = listed(&test, &registrar, "").await;
    let mut asked_of: Vec<_> = asked
        .iter()
        .map(|one| (one.holder.clone(), one.needs.iter().map(|need| need.position).collect::<Vec<_>>()))
        .collect();
    asked_of.sort_by_key(|(_, positions)| positions.clone());
    assert_eq!(asked_of, [(holders[0].clone(), vec![1]), (holders[1].clone(), vec![3])]);
    let said = test.app.explanations(&registrar, &id, 1).await.unwrap();
    let rests = |position: u32| {
        let one = said.iter().find(|one| one.position == position).unwrap();
        asked.iter().any(|agreement| agreement.name() == one.reuse_agreement)
    };
    assert!(rests(1) && rests(3) && !rests(4), "{said:?}");
    assert_eq!(said.iter().map(|one| one.position).collect::<Vec<_>>(), [1, 3, 4]);

    // What rests on an agreement is not asked for again; what else was said stays.
    let again = test.app.answer_duplicates(&registrar, (&id, 1), "", answers(&[], &[1], &[])).await;
    let Err(Error::Invalid(found)) = again else { panic!("{again:?}") };
    assert_eq!(found[0].field, "reuse[1]");
    assert_eq!(test.app.explanations(&registrar, &id, 1).await.unwrap(), said);
}
