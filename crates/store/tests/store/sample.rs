//! A small registry in which everything occurs, and what puts any registry into a store.

use chrono::{DateTime, NaiveDate, Utc};
use onus_domain::{
    Basis, CollectionId, ConceptId, Decimal, DefinitionId, OdsCode, Result, SubjectId,
    collection::{Collection, SectorPath},
    concept::{ConceptMember, Derivation, Strength},
    definition::{Definition, DefinitionKind, PermittedValue, RegistrationStatus},
    item::{Item, ItemRole, Mandation, PurposeKind},
    organisation::{Organisation, OrganisationKind, ProviderType, Size, SizeMeasure, Succession},
    plan::{Plan, Target, TargetMeasure},
    reference::Reference,
    relation::{Evidence, Match, Relation},
    respondents::{RespondentsRule, SizeBounds},
    reuse::{HeldItem, Need, ReuseAgreement, ReuseState},
    schedule::{Frequency, Schedule},
    snapshot::Snapshot,
    statement::{Activity, BurdenStatement, CostLine, LineBasis, Method, StaffRole, Tariff},
    subject::Subject,
    submission::{Obligation, Submission, TimeReturn},
    version::{Admission, Content, Spell, Version, VersionState},
};
use onus_store::Store;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn code(text: &str) -> OdsCode {
    OdsCode::new(text).unwrap()
}

pub fn collection_id(text: &str) -> CollectionId {
    CollectionId::new(text).unwrap()
}

pub fn definition_id(text: &str) -> DefinitionId {
    DefinitionId::new(text).unwrap()
}

fn subject_id(text: &str) -> SubjectId {
    SubjectId::new(text).unwrap()
}

pub fn organisation(of: &str, kind: OrganisationKind) -> Organisation {
    let is_provider = kind == OrganisationKind::Provider;
    Organisation {
        code: code(of),
        name: format!("Ordinary “{of}” – Trust"),
        kind,
        provider_type: is_provider.then_some(ProviderType::GpPractice),
        provider_type_basis: if is_provider { Basis::Stated } else { Basis::Assumed },
        region: is_provider.then(|| "Y56".into()),
        parent: is_provider.then(|| "QMF".into()),
        open_date: is_provider.then(|| day("1974-04-01")),
        close_date: None,
    }
}

pub fn collection(id: &str, owner: &str) -> Collection {
    Collection {
        id: collection_id(id),
        owner: code(owner),
        sector_path: SectorPath::National,
        reference: None,
        source_id: None,
        revision: 1,
    }
}

pub fn draft(id: &str, number: u32) -> Version {
    Version {
        collection: collection_id(id),
        number,
        state: VersionState::Draft,
        admission: Admission::None,
        content: content(id),
        live_from: None,
        live_to: None,
        suspensions: vec![],
        expires_on: None,
        evidence: String::new(),
        submitted_by: None,
        conditions: vec![],
        renews: None,
        revision: 1,
    }
}

pub fn content(title: &str) -> Content {
    Content {
        title: title.into(),
        purpose: "To learn — and improve".into(),
        legal_basis: "Section 259".into(),
        method: "Portal".into(),
        uses: "Planning".into(),
        feedback: "A dashboard".into(),
        contact: "data@example.nhs.uk".into(),
        respondents: Some(rule()),
        schedule: Some(schedule()),
        items: vec![item(1, "person-birth-date"), item(2, "nhs-number")],
    }
}

fn rule() -> RespondentsRule {
    RespondentsRule {
        provider_types: BTreeSet::from([ProviderType::Acute, ProviderType::GpPractice]),
        regions: BTreeSet::from(["Y56".into(), "Y60".into()]),
        commissioners: BTreeSet::from(["QMF".into()]),
        size_bounds: Some(SizeBounds {
            measure: SizeMeasure::ListSize,
            at_least: Some(Decimal::from_units(1)),
            at_most: None,
        }),
        include: BTreeSet::from([code("A81001")]),
        exclude: BTreeSet::from([code("R0A")]),
        basis: Basis::Stated,
        evidence: "All “acute” trusts submit.".into(),
    }
}

fn schedule() -> Schedule {
    Schedule {
        frequency: Frequency::Quarterly,
        first_period: day("2020-04-01"),
        due_lag_days: 28,
        last_period: Some(day("2030-03-31")),
        basis: Basis::Assumed,
        evidence: "Not said.".into(),
    }
}

pub fn item(position: u32, definition: &str) -> Item {
    Item {
        position,
        section: "Header".into(),
        mandation: (position > 1).then_some(Mandation::Required),
        role: ItemRole::Linkage,
        subject: subject_id("CRITICAL_CARE"),
        definition: definition_id(definition),
        purpose_kind: PurposeKind::Both,
        r#use: "Linking".into(),
    }
}

pub fn definition(id: &str, version: u32) -> Definition {
    Definition {
        id: definition_id(id),
        version,
        kind: DefinitionKind::Metric,
        name: id.to_uppercase(),
        text: format!("What {id} means,\nin two lines."),
        numerator: "Those counted".into(),
        denominator: "All".into(),
        exclusions: "None".into(),
        unit: "people".into(),
        population: "England".into(),
        breakdowns: vec!["sex".into(), "age \"band\"".into()],
        grain: "provider".into(),
        period_type: "calendar month".into(),
        value_set: vec![PermittedValue { code: "1".into(), meaning: "Yes; it's so".into() }],
        format: "an10".into(),
        source: "NHS Data Model and Dictionary".into(),
        subject: Some(subject_id("ADMITTED_CARE")),
        external_ids: BTreeMap::from([("nhs_data_dictionary".into(), id.into())]),
        aliases: vec!["DOB".into()],
        status: RegistrationStatus::Standard,
        successor: None,
    }
}

pub fn found(left: &str, right: &str, score: f64) -> Match {
    Match {
        left: definition_id(left),
        left_version: 1,
        right: definition_id(right),
        right_version: 1,
        relation: Relation::DerivableLeftFromRight,
        score,
        strength: Strength::Possible,
        evidence: vec![Evidence { facet: "name".into(), finding: "“same”".into(), weight: -0.1 - 0.2 }],
        model: "first".into(),
    }
}

pub fn member(definition: &str, concept: &str) -> ConceptMember {
    let concept = ConceptId::new(concept).unwrap();
    ConceptMember { definition: definition_id(definition), concept, strength: Strength::Confirmed }
}

fn subjects() -> Vec<Subject> {
    let subject = |id: &str, within: Option<&str>| Subject {
        id: subject_id(id),
        name: id.to_lowercase(),
        contained_in: within.map(subject_id),
        basis: Basis::Assumed,
        reason: "By what they are".into(),
    };
    vec![subject("ADMITTED_CARE", None), subject("CRITICAL_CARE", Some("ADMITTED_CARE"))]
}

pub fn statement(id: &str, from: &str) -> BurdenStatement {
    let line = |position: i64, basis| CostLine {
        activity: Activity::Extraction,
        staff_role: StaffRole::Clinician,
        basis,
        minutes: Decimal::from_units(position),
        unit_measure: (basis == LineBasis::PerUnit).then_some(SizeMeasure::StaffWte),
        unit_size: (basis == LineBasis::PerUnit).then_some(Decimal::from_whole(100)),
        life_months: (basis == LineBasis::OneOff).then_some(36),
        external_pence: 1_234_567,
    };
    BurdenStatement {
        collection: collection_id(id),
        version: 1,
        from_date: day(from),
        method: Method::Assessed,
        lines: vec![
            line(30_000, LineBasis::PerUnit),
            line(1, LineBasis::OneOff),
            line(2, LineBasis::PerItem),
        ],
    }
}

pub fn submission(id: &str, period: &str) -> Submission {
    Submission {
        obligation: Obligation {
            collection: collection_id(id),
            version: 1,
            provider: code("A81001"),
            period_start: day(period),
            period_end: day("2024-03-31"),
            due_date: day("2024-04-28"),
        },
        submitted_at: moment("2024-04-20T09:30:00.123456Z"),
        time_return: Some(TimeReturn { minutes: 45, people: 1 }),
    }
}

pub fn reuse(id: u128, collection: &str) -> ReuseAgreement {
    ReuseAgreement {
        id: Uuid::from_u128(id),
        holder: code("R0A"),
        recipient: code("X24"),
        collection: collection_id(collection),
        version: 2,
        needs: vec![Need {
            position: 2,
            definition: definition_id("nhs-number"),
            subject: subject_id("CRITICAL_CARE"),
            concept: ConceptId::new("nhs-number").unwrap(),
            held: vec![HeldItem {
                collection: collection_id("a1"),
                position: 2,
                definition: definition_id("nhs-number"),
            }],
        }],
        from: "2024-04".parse().unwrap(),
        to: (id > 1).then(|| "2025-03".parse().unwrap()),
        grain: "patient, “weekly”".into(),
        legal_basis: "Section 259".into(),
        purpose: "Planning".into(),
        state: ReuseState::Ended,
        requested_on: day("2024-01-02"),
        answer_due: day("2024-01-30"),
        escalated_on: (id > 1).then(|| day("2024-01-31")),
        answered_on: Some(day("2024-02-01")),
        first_delivery: Some(day("2024-05-01")),
        ends_on: Some(day("2026-01-01")),
        reason: "No longer needed".into(),
        revision: 4,
    }
}

fn plan() -> Plan {
    let target = Target {
        measure: TargetMeasure::SubmitOnceRate,
        baseline: Decimal::from_units(5_980),
        baseline_month: "2024-03".parse().unwrap(),
        value: Decimal::from_units(8_500),
        date: day("2026-03-31"),
    };
    Plan {
        owner: code("X24"),
        title: "Ask once".into(),
        text: "Line one.\nLine \u{201c}two\u{201d}.".into(),
        targets: vec![target],
        revision: 3,
    }
}

/// The registry as the public sees it; every list in the order of its key.
pub fn registry() -> Snapshot {
    let live = |id: &str| Version {
        state: VersionState::Live,
        admission: Admission::Adopted,
        live_from: Some(day("2020-04-01")),
        expires_on: Some(day("2027-04-01")),
        evidence: "It runs.".into(),
        submitted_by: Some("registrar".into()),
        conditions: vec![],
        renews: None,
        ..draft(id, 1)
    };
    let bare = Content { respondents: None, schedule: None, items: Vec::new(), ..content("bare") };
    let retired = Version {
        content: bare,
        live_to: Some(day("2021-04-01")),
        suspensions: vec![
            Spell { from: day("2020-06-01"), to: Some(day("2020-07-01")) },
            Spell { from: day("2021-01-01"), to: None },
        ],
        state: VersionState::Retired,
        ..live("b-set")
    };
    let with_reference = |id, number| Collection {
        reference: Some(Reference::from_number(number)),
        source_id: Some(format!("source {number}")),
        ..collection(id, "X24")
    };
    Snapshot {
        plans: vec![plan()],
        organisations: vec![
            organisation("A81001", OrganisationKind::Provider),
            organisation("R0A", OrganisationKind::Provider),
            organisation("X24", OrganisationKind::NationalBody),
        ],
        successions: vec![Succession {
            predecessor: code("A81001"),
            successor: code("R0A"),
            date: day("2019-10-01"),
            share: Decimal::from_units(3_333),
        }],
        sizes: vec![
            Size {
                organisation: code("A81001"),
                measure: SizeMeasure::ListSize,
                from_date: day("2022-05-01"),
                value: Decimal::from_whole(9_000),
            },
            Size {
                organisation: code("A81001"),
                measure: SizeMeasure::FloorArea,
                from_date: day("2017-04-01"),
                value: Decimal::from_units(-1),
            },
        ],
        subjects: subjects(),
        // "a-set" and "a1": a collation of people's languages passes over the hyphen and would turn them round.
        collections: vec![with_reference("a-set", 7), with_reference("a1", 8), with_reference("b-set", 9)],
        versions: vec![live("a-set"), Version { number: 2, ..live("a-set") }, live("a1"), retired],
        definitions: vec![
            definition("nhs-number", 1),
            definition("person-birth-date", 2),
            definition("person-birth1", 1),
        ],
        concepts: vec![member("nhs-number", "nhs-number"), member("person-birth-date", "person-birth1")],
        derivations: vec![Derivation {
            from_definition: definition_id("nhs-number"),
            to_definition: definition_id("person-birth-date"),
            recipe: "look up".into(),
            strength: Strength::Confirmed,
        }],
        matches: vec![
            found("nhs-number", "person-birth-date", 0.1 + 0.2),
            found("nhs-number", "person-birth1", 1e-300),
        ],
        decisions: vec![],
        statements: vec![
            statement("a-set", "2020-04-01"),
            statement("a-set", "2021-04-01"),
            statement("a1", "2020-04-01"),
        ],
        tariffs: vec![
            Tariff {
                staff_role: StaffRole::DataClerk,
                from_date: day("2024-04-01"),
                pence_per_hour: 1_500,
                overhead_percent: Decimal::from_whole(30),
            },
            Tariff {
                staff_role: StaffRole::Manager,
                from_date: day("2023-04-01"),
                pence_per_hour: 4_000,
                overhead_percent: Decimal::ZERO,
            },
        ],
        submissions: vec![submission("a-set", "2024-01-01"), submission("a1", "2024-01-01")],
        reuse: vec![reuse(1, "a-set"), reuse(2, "a-set")],
    }
    .sorted()
}

trait Sorted {
    fn sorted(self) -> Self;
}

impl Sorted for Snapshot {
    fn sorted(mut self) -> Self {
        self.sizes.sort();
        self
    }
}

/// Puts a registry into an empty store, with an earlier version of each definition that is not in its first.
pub async fn put(store: &Store, registry: &Snapshot) -> Result<()> {
    let earlier: Vec<_> = registry
        .definitions
        .iter()
        .flat_map(|latest| {
            (1..latest.version).map(|version| Definition { version, name: "old".into(), ..latest.clone() })
        })
        .collect();
    store
        .write(async |tx| {
            tx.upsert_organisations(&registry.organisations).await?;
            tx.upsert_successions(&registry.successions).await?;
            tx.upsert_sizes(&registry.sizes).await?;
            tx.upsert_subjects(&registry.subjects).await?;
            tx.insert_definitions(&earlier).await?;
            tx.insert_definitions(&registry.definitions).await?;
            tx.insert_collections(&registry.collections).await?;
            tx.insert_versions(&registry.versions).await?;
            tx.replace_concepts(&registry.concepts).await?;
            tx.upsert_derivations(&registry.derivations).await?;
            tx.replace_matches(&registry.matches).await?;
            tx.insert_statements(&registry.statements).await?;
            tx.upsert_tariffs(&registry.tariffs).await?;
            for agreement in &registry.reuse {
                tx.insert_reuse(agreement).await?;
            }
            for plan in &registry.plans {
                tx.insert_plan(plan).await?;
            }
            tx.insert_submissions(&registry.submissions).await
        })
        .await
}
