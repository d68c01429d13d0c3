//! Organisations change with their sizes, mergers and splits, and each change is logged.

use super::{
    code,
    history::{day, evening},
    organisation, public, small,
};
use onus_app::{audit_log::EntriesRequest, organisations::record_etag};
use onus_domain::{
    Decimal, Error, OdsCode, Violation,
    organisation::{Organisation, OrganisationRecord, Size, SizeMeasure, Succession},
};
use onus_testkit::{Backend, TestApp};
use rstest::rstest;

fn succession(predecessor: &str, successor: &str, share: &str) -> Succession {
    Succession {
        predecessor: code(predecessor),
        successor: code(successor),
        date: day("2026-04-01"),
        share: share.parse().unwrap(),
    }
}

fn size(of: &str, value: i32) -> Size {
    Size {
        organisation: code(of),
        measure: SizeMeasure::FloorArea,
        from_date: day("2026-04-01"),
        value: Decimal::from_whole(value),
    }
}

async fn read(test: &TestApp, of: &str) -> (OrganisationRecord, String) {
    let record = test.app.organisation_record(&code(of)).await.unwrap();
    let etag = record_etag(&record).unwrap();
    (record, etag)
}

/// The actions that were logged of an organisation and what lies under it, with their resources, in order.
async fn logged(test: &TestApp, of: &str) -> Vec<String> {
    test.app.sequence_audit().await.unwrap();
    let filter = format!("resource : \"organisations/{of}\"");
    let request = EntriesRequest { page_size: 100, filter, ..EntriesRequest::default() };
    let page = test.app.audit_entries(&public(test), &request).await.unwrap();
    let entries = page.entries.into_iter().map(|one| one.logged.entry);
    entries.map(|entry| format!("{} {}", entry.action, entry.resource)).collect()
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Vec<(String, String)> {
    let Err(Error::Invalid(wrong)) = outcome else { panic!("{outcome:?}") };
    wrong.into_iter().map(|Violation { field, rule, .. }| (field, rule)).collect()
}

#[rstest]
#[tokio::test]
async fn an_organisation_changes_as_a_whole_and_each_change_is_logged(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, _) = small(backend).await;
    let admin = test.demo("admin").unwrap();
    let new = OrganisationRecord {
        sizes: vec![size("R1A", 100)],
        successions: vec![succession("R0A", "R1A", "0.4")],
        ..organisation("R1A", "Later trust").into()
    };
    let tried = test.app.create_organisation(&admin, new.clone(), true).await.unwrap();
    assert!(test.app.organisation_record(&code("R1A")).await.is_err(), "nothing is stored of a trial");
    assert_eq!(test.app.create_organisation(&admin, new.clone(), false).await.unwrap(), tried);
    assert_eq!(read(&test, "R1A").await.0, new);

    // The other side of the succession sees it, and one day's shares add up to at most all.
    let (held, etag) = read(&test, "R0A").await;
    assert_eq!(held.successions, new.successions);
    let closed = OrganisationRecord {
        organisation: Organisation { close_date: Some(day("2026-03-31")), ..held.organisation.clone() },
        sizes: vec![size("R0A", 250)],
        successions: vec![succession("R0A", "R1A", "0.7")],
    };
    let said = |reason| (etag.as_str(), reason);
    let more = OrganisationRecord {
        successions: vec![succession("R0A", "R1A", "0.7"), succession("R1A", "R0A", "1")],
        ..closed.clone()
    };
    let outcome = test.app.update_organisation(&admin, more, said(""), false).await;
    assert_eq!(
        refused(outcome),
        [("reason".into(), "REQUIRED".into()), ("successions".into(), "CYCLE".into())]
    );
    let body = Organisation {
        kind: onus_domain::organisation::OrganisationKind::NationalBody,
        provider_type: None,
        ..held.organisation.clone()
    };
    let outcome = test.app.update_organisation(&admin, body.into(), said("ODS"), false).await;
    assert_eq!(refused(outcome), [("kind".into(), "UNCHANGED".into())]);
    // What is wrong is named by where it was given, whatever the order in which it would be kept.
    let given = vec![succession("R0Z", "R0A", "1"), succession("R0A", "R1A", "0.7")];
    let unknown = OrganisationRecord { successions: given, ..closed.clone() };
    for validate_only in [true, false] {
        let outcome = test.app.update_organisation(&admin, unknown.clone(), said("ODS"), validate_only).await;
        assert_eq!(refused(outcome), [("successions[0].predecessor".into(), "KNOWN".into())]);
    }
    let unread = test.app.update_organisation(&admin, closed.clone(), ("", "ODS"), false).await;
    assert_eq!(refused(unread), [("etag".into(), "REQUIRED".into())]);
    assert_eq!(read(&test, "R0A").await, (held, etag.clone()), "nothing was stored");

    let registrar = test.demo("registrar").unwrap();
    for context in [&registrar, &public(&test)] {
        assert!(test.app.update_organisation(context, closed.clone(), said("ODS"), false).await.is_err());
    }
    test.app.update_organisation(&admin, closed.clone(), said("ODS, November 2026"), false).await.unwrap();
    assert_eq!(read(&test, "R0A").await.0, closed);
    assert_eq!(read(&test, "R1A").await.0.successions, closed.successions);
    let stale = test.app.update_organisation(&admin, closed.clone(), said("ODS"), false).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })), "{stale:?}");

    // What is left out is deleted; what stays as it is, is not written again.
    let (_, etag) = read(&test, "R0A").await;
    let without = OrganisationRecord { sizes: vec![], successions: vec![], ..closed };
    test.app.update_organisation(&admin, without.clone(), (&etag, "It did not happen"), false).await.unwrap();
    assert_eq!(read(&test, "R0A").await.0, without);
    assert_eq!(read(&test, "R1A").await.0.successions, []);
    let view = test.app.view().await.unwrap();
    assert_eq!((view.snapshot.successions.len(), view.snapshot.sizes.len()), (0, 1));
    assert_eq!(
        logged(&test, "R0A").await,
        [
            "organisation.create organisations/R0A",
            "succession.create organisations/R0A/successors/R1A/2026-04-01",
            "organisation.update organisations/R0A",
            "size.create organisations/R0A/sizes/FLOOR_AREA/2026-04-01",
            "succession.update organisations/R0A/successors/R1A/2026-04-01",
            "size.delete organisations/R0A/sizes/FLOOR_AREA/2026-04-01",
            "succession.delete organisations/R0A/successors/R1A/2026-04-01",
        ]
    );
}

#[rstest]
#[tokio::test]
async fn a_succession_that_was_deleted_is_still_read_of_its_time(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, _) = small(backend).await;
    test.turn_to(day("2026-11-24"));
    let admin = test.demo("admin").unwrap();
    let new = OrganisationRecord {
        successions: vec![succession("R0A", "R1A", "1")],
        ..organisation("R1A", "Later trust").into()
    };
    test.app.create_organisation(&admin, new, false).await.unwrap();
    test.turn_to(day("2026-11-26"));
    let admin = test.demo("admin").unwrap();
    let (record, etag) = read(&test, "R1A").await;
    let without = OrganisationRecord { successions: vec![], ..record };
    test.app.update_organisation(&admin, without, (&etag, "It did not happen"), false).await.unwrap();
    test.turn_to(day("2026-11-28"));
    for (at, expected) in [("2026-11-25", 1), ("2026-11-27", 0)] {
        for of in ["R0A", "R1A"] {
            let view = test.app.past_organisation(&code(of), evening(at)).await.unwrap();
            let of: &OdsCode = &code(of);
            let record = OrganisationRecord::of(view.organisation(of).unwrap(), &view.snapshot);
            assert_eq!(record.successions.len(), expected, "{of} at {at}");
        }
    }
}
