use super::*;
use onus_domain::{
    Basis, CollectionId, DefinitionId, OdsCode, SubjectId,
    definition::{Definition, DefinitionKind, PermittedValue, RegistrationStatus},
    item::{Item, ItemRole, Mandation, PurposeKind},
    organisation::{Organisation, OrganisationKind, ProviderType, SizeMeasure},
    respondents::{RespondentsRule, SizeBounds},
    schedule::{Frequency, Schedule},
    statement::{Activity, BurdenStatement, CostLine, LineBasis, Method, StaffRole},
    version::{Admission, Content, Spell, Version, VersionState},
};
use onus_proto::v1 as pb;
use std::collections::{BTreeMap, BTreeSet};

fn some_day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A content with something in every field.
fn content() -> Content {
    Content {
        title: "Critical care".into(),
        purpose: "To plan beds".into(),
        legal_basis: "Section 259".into(),
        method: "Portal".into(),
        uses: "Bed planning".into(),
        feedback: "A dashboard".into(),
        contact: "beds@example.nhs.uk".into(),
        respondents: Some(RespondentsRule {
            provider_types: BTreeSet::from([ProviderType::Acute, ProviderType::GpPractice]),
            regions: BTreeSet::from(["Y56".into()]),
            commissioners: BTreeSet::from(["QMJ".into()]),
            size_bounds: Some(SizeBounds {
                measure: SizeMeasure::FloorArea,
                at_least: Some("10.5".parse().unwrap()),
                at_most: None,
            }),
            include: BTreeSet::from([OdsCode::new("R0A").unwrap()]),
            exclude: BTreeSet::from([OdsCode::new("R1A").unwrap()]),
            basis: Basis::Assumed,
            evidence: "no source says".into(),
        }),
        schedule: Some(Schedule {
            frequency: Frequency::HalfYearly,
            first_period: some_day("2020-04-01"),
            due_lag_days: 20,
            last_period: Some(some_day("2030-04-01")),
            basis: Basis::Stated,
            evidence: "twice a year".into(),
        }),
        items: vec![
            Item {
                position: 1,
                section: "Stay".into(),
                mandation: Some(Mandation::Required),
                role: ItemRole::Content,
                subject: SubjectId::new("CRITICAL_CARE").unwrap(),
                definition: DefinitionId::new("unit-function").unwrap(),
                purpose_kind: PurposeKind::Both,
                r#use: "occupancy".into(),
            },
            Item {
                position: 2,
                section: String::new(),
                mandation: None,
                role: ItemRole::Linkage,
                subject: SubjectId::new("CRITICAL_CARE").unwrap(),
                definition: DefinitionId::new("nhs-number").unwrap(),
                purpose_kind: PurposeKind::Unknown,
                r#use: String::new(),
            },
        ],
    }
}

fn a_version() -> Version {
    Version {
        collection: CollectionId::new("critical-care").unwrap(),
        number: 3,
        state: VersionState::Live,
        admission: Admission::Adopted,
        content: content(),
        live_from: Some(some_day("2025-01-01")),
        live_to: None,
        suspensions: vec![Spell { from: some_day("2025-03-01"), to: None }],
        expires_on: Some(some_day("2026-01-01")),
        evidence: "the dictionary".into(),
        submitted_by: Some("somebody".into()),
        conditions: vec![],
        renews: None,
        revision: 7,
    }
}

#[test]
fn contents_come_back_as_they_went() {
    let made = version(&a_version(), true).content.unwrap();
    assert_eq!(read(|found| read_content("content", made, found)).unwrap(), content());
}

#[test]
fn lists_leave_items_out_and_strangers_do_not_see_who_submitted() {
    let insiders = version(&a_version(), true);
    assert_eq!(insiders.suspensions, [pb::Spell { from_date: "2025-03-01".into(), to_date: String::new() }]);
    assert_eq!(
        (insiders.submitted_by.as_str(), insiders.item_count, insiders.etag.as_str()),
        ("somebody", 2, "\"7\"")
    );
    let listed = version_in_list(&a_version(), false);
    assert!(listed.submitted_by.is_empty() && listed.content.unwrap().items.is_empty());
    assert_eq!(listed.item_count, 2);
}

#[test]
fn everything_wrong_with_a_content_is_named_by_path_at_once() {
    let mut given = version(&a_version(), true).content.unwrap();
    let rule = given.respondents.as_mut().unwrap();
    rule.provider_types = vec![1, 99];
    rule.include = vec!["R0A".into()];
    rule.basis = 0;
    rule.size_bounds.as_mut().unwrap().at_most = "ten".into();
    let schedule = given.schedule.as_mut().unwrap();
    schedule.first_period = String::new();
    schedule.last_period = "2026-02-30".into();
    given.items[1].definition = "definitions/Not A Slug".into();
    given.items[1].role = 0;
    let Err(Error::Invalid(violations)) = read(|found| read_content("content", given, found)) else {
        panic!()
    };
    let found: Vec<_> = violations.iter().map(|v| format!("{} {}", v.field, v.rule)).collect();
    insta::assert_snapshot!(found.join("\n"), @"
    content.respondents.provider_types[1] KNOWN_CODE
    content.respondents.size_bounds.at_most DECIMAL
    content.respondents.include[0] RESOURCE_NAME
    content.respondents.basis REQUIRED
    content.schedule.first_period REQUIRED
    content.schedule.last_period DATE
    content.items[1].role REQUIRED
    content.items[1].definition IDENTIFIER
    ");
}

#[test]
fn masks_change_what_they_name_and_nothing_else() {
    let given = || pb::Content { title: "New".into(), uses: String::new(), ..pb::Content::default() };
    let masked = |paths: &[&str]| {
        apply_mask(content(), given(), &paths.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let title_only = Content { title: "New".into(), ..content() };
    assert_eq!(masked(&["content.title"]).unwrap(), title_only);
    assert_eq!(masked(&[]).unwrap(), title_only, "an empty mask changes what is given");
    let cleared = Content { uses: String::new(), schedule: None, items: vec![], ..content() };
    assert_eq!(masked(&["content.uses", "content.schedule", "content.items"]).unwrap(), cleared);
    for all in ["*", "content"] {
        assert_eq!(masked(&[all]).unwrap(), read(|found| read_content("content", given(), found)).unwrap());
    }
    let Err(Error::Invalid(violations)) = masked(&["content.colour", "state"]) else { panic!() };
    assert_eq!(violations.len(), 2);
    assert!(violations.iter().all(|v| v.field == "update_mask" && v.rule == "KNOWN_FIELD"));
}

#[test]
fn what_a_mask_leaves_out_is_not_even_read() {
    let bad = pb::Content {
        schedule: Some(pb::Schedule::default()),
        title: "New".into(),
        ..pb::Content::default()
    };
    assert!(apply_mask(content(), bad.clone(), &["content.title".into()]).is_ok());
    let Err(Error::Invalid(violations)) = apply_mask(content(), bad, &["content.schedule".into()]) else {
        panic!()
    };
    assert!(violations.iter().all(|v| v.field.starts_with("version.content.schedule.")), "{violations:?}");
}

#[test]
fn organisations_come_back_as_they_went() {
    let trust = Organisation {
        code: OdsCode::new("R0A").unwrap(),
        name: "A TRUST".into(),
        kind: OrganisationKind::Provider,
        provider_type: Some(ProviderType::MentalHealth),
        provider_type_basis: Basis::Assumed,
        region: Some("Y56".into()),
        parent: None,
        open_date: Some(some_day("2020-04-01")),
        close_date: None,
    };
    let made = organisation(&trust);
    assert_eq!(made.name, "organisations/R0A");
    assert_eq!(read(|found| read_organisation("R0A", made, found)).unwrap(), trust.into());
    let Err(Error::Invalid(violations)) =
        read(|found| read_organisation("r0a", pb::Organisation::default(), found))
    else {
        panic!()
    };
    let found: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(found, ["organisation_id", "organisation.kind"]);
}

#[test]
fn definitions_come_back_as_they_went() {
    let given = Definition {
        id: DefinitionId::new("waits-over-4-hours").unwrap(),
        version: 1,
        kind: DefinitionKind::Metric,
        name: "Waits over 4 hours".into(),
        text: "text".into(),
        numerator: "waits over 4 hours".into(),
        denominator: "all attendances".into(),
        exclusions: "planned".into(),
        unit: "%".into(),
        population: "adults".into(),
        breakdowns: vec!["site".into()],
        grain: "site".into(),
        period_type: "month".into(),
        value_set: vec![PermittedValue { code: "1".into(), meaning: "one".into() }],
        format: "n3".into(),
        source: "a body".into(),
        subject: Some(SubjectId::new("EMERGENCY_CARE").unwrap()),
        external_ids: BTreeMap::from([("nhs_data_dictionary".into(), "x".into())]),
        aliases: vec!["4 hour waits".into()],
        status: RegistrationStatus::Candidate,
        successor: None,
    };
    let view = onus_app::View::new(
        onus_domain::snapshot::Snapshot::default(),
        onus_burden::Settings { base_month: "2025-10".parse().unwrap() },
        "2026-10".parse().unwrap(),
    );
    let made = definition(&given, &view);
    assert_eq!(made.concept, "concepts/waits-over-4-hours");
    assert_eq!(read(|found| read_new_definition("", made.clone(), found)).unwrap(), given);
    assert_eq!(read(|found| read_new_definition("other", made, found)).unwrap().id.as_str(), "other");
}

#[test]
fn a_proposed_definition_needs_a_name_and_nothing_more() {
    let named = |numerator: &str| pb::Definition {
        display_name: "Waits".into(),
        numerator: numerator.into(),
        ..pb::Definition::default()
    };
    let kind = |given| read(|found| read_proposed_definition("d", given, found)).unwrap().kind;
    assert_eq!((kind(named("")), kind(named("n"))), (DefinitionKind::Element, DefinitionKind::Metric));
    let unnamed = read(|found| read_proposed_definition("d", pb::Definition::default(), found));
    let Err(Error::Invalid(violations)) = unnamed else { panic!() };
    assert_eq!(violations[0].field, "d.display_name");
}

#[test]
fn statements_come_back_as_they_went() {
    let line = CostLine {
        activity: Activity::Extraction,
        staff_role: StaffRole::InformationAnalyst,
        basis: LineBasis::PerUnit,
        minutes: "0.75".parse().unwrap(),
        unit_measure: Some(SizeMeasure::ListSize),
        unit_size: Some("1000".parse().unwrap()),
        life_months: None,
        external_pence: 12,
    };
    let stated = BurdenStatement {
        collection: CollectionId::new("critical-care").unwrap(),
        version: 3,
        from_date: some_day("2026-04-01"),
        method: Method::Declared,
        lines: vec![line],
    };
    let made = statement(&stated);
    assert_eq!(made.name, "collections/critical-care/versions/3/statements/2026-04-01");
    let of = (stated.collection.clone(), 3);
    assert_eq!(read(|found| read_statement(of.clone(), &made, found)).unwrap(), stated);

    let bad = pb::BurdenStatement { lines: vec![pb::CostLine::default()], ..made };
    let Err(Error::Invalid(violations)) = read(|found| read_statement(of, &bad, found)) else { panic!() };
    let found: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
    let expected = ["activity", "staff_role", "basis", "minutes"].map(|f| format!("statement.lines[0].{f}"));
    assert_eq!(found, expected);
}

#[test]
fn days_are_read_in_one_form_only() {
    assert_eq!(read_day("d", "").unwrap(), None);
    assert_eq!(read_day("d", "2024-02-29").unwrap(), Some(some_day("2024-02-29")));
    for bad in [
        "2023-02-29",
        "2024-2-29",
        "29/02/2024",
        "2024-02-29T00:00",
        "1899-12-31",
        "2201-01-01",
        "+2024-01-1",
        " 2024-02-29",
    ] {
        assert_eq!(read_day("d", bad).unwrap_err().rule, "DATE", "{bad}");
    }
}

#[test]
fn violations_are_moved_to_where_the_field_stands_in_the_request() {
    let of = |field: &str| Error::Invalid(vec![Violation::new(field, "R", "", "x")]);
    let moved = |error, place: fn(&str) -> String| match relocate(error, place) {
        Error::Invalid(violations) => violations[0].field.clone(),
        other => other.to_string(),
    };
    assert_eq!(moved(of("items[3].definition"), in_new_collection), "content.items[3].definition");
    assert_eq!(moved(of("owner"), in_new_collection), "collection.owner");
    assert_eq!(moved(of("title"), in_draft), "version.content.title");
    assert_eq!(moved(of("version.content.items[0].role"), in_draft), "version.content.items[0].role");
    assert_eq!(moved(of("name"), in_definition), "definition.display_name");
    assert_eq!(moved(of("parent"), in_organisation), "organisation.parent_code");
    assert_eq!(moved(Error::Exhausted("all".into()), in_draft), "all");
}
