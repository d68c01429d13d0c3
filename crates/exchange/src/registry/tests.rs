//! The export of a small registry whole, and of the sample checked against its own data package.

use super::*;
use crate::sample::{Files, Grouping, Import, read};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Decimal, OdsCode,
    collection::Collection,
    concept::{ConceptMember, Derivation, Strength},
    organisation::{Size, SizeMeasure},
    plan::{Plan, Target, TargetMeasure},
    reuse::{Need, ReuseAgreement, ReuseState},
    statement::{Activity, CostLine, LineBasis, Method, StaffRole},
    submission::{Obligation, Submission, TimeReturn},
    version::{Admission, Version, VersionState},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A published registry made of an import: every version as adoption leaves it.
fn adopted(import: Import) -> Snapshot {
    let mut snapshot = Snapshot {
        organisations: import.organisations,
        successions: import.successions,
        sizes: import.sizes,
        subjects: import.subjects,
        definitions: import.definitions,
        ..Snapshot::default()
    };
    for imported in import.collections {
        for (number, version) in (1..).zip(imported.versions) {
            let over = version.live_to.is_some();
            snapshot.versions.push(Version {
                collection: imported.id.clone(),
                number,
                state: if over { VersionState::Superseded } else { VersionState::Live },
                admission: Admission::Adopted,
                content: version.content,
                live_from: Some(version.live_from),
                live_to: version.live_to,
                suspensions: vec![],
                expires_on: Some(day("2027-11-01")),
                evidence: version.evidence,
                submitted_by: None,
                conditions: vec![],
                renews: None,
                revision: 1,
            });
        }
        snapshot.collections.push(Collection {
            id: imported.id,
            owner: imported.owner,
            sector_path: imported.sector_path,
            reference: None,
            source_id: imported.source_id,
            revision: 1,
        });
    }
    snapshot
}

/// One collection, one provider, one of everything; texts that a spreadsheet would take for formulas.
fn small() -> Snapshot {
    let mut import = read(&Files::Embedded, Grouping::Families).unwrap();
    let keep = "improvement-and-assessment-framework";
    import.collections.retain(|collection| collection.id.as_str() == keep);
    let [collection] = import.collections.as_mut_slice() else { panic!("not one collection") };
    let content = &mut collection.versions[0].content;
    content.uses = "=HYPERLINK(\"x\")".into();
    let item = content.items[0].clone();
    import.definitions.retain(|definition| definition.id == item.definition);
    import.definitions[0].text = "-1 is \"minus one\",\r\nthis is the next line".into();
    import.subjects.retain(|subject| subject.id == item.subject);
    import.organisations.retain(|o| ["X24", "X26", "R0A"].contains(&o.code.as_str()));
    import.sizes = vec![Size {
        organisation: OdsCode::new("R0A").unwrap(),
        measure: SizeMeasure::FloorArea,
        from_date: day("2017-03-31"),
        value: "1234.5".parse().unwrap(),
    }];
    let id = CollectionId::new(keep).unwrap();
    let obligation = Obligation {
        collection: id,
        version: 1,
        provider: OdsCode::new("R0A").unwrap(),
        period_start: day("2025-03-01"),
        period_end: day("2025-03-31"),
        due_date: day("2025-04-14"),
    };
    let reuse = ReuseAgreement {
        id: uuid::Uuid::from_u128(1),
        holder: OdsCode::new("X26").unwrap(),
        recipient: OdsCode::new("X24").unwrap(),
        collection: CollectionId::new(keep).unwrap(),
        version: 1,
        needs: vec![Need {
            position: 1,
            definition: item.definition.clone(),
            subject: item.subject.clone(),
            concept: onus_domain::ConceptId::of(&item.definition),
            held: vec![],
        }],
        from: "2025-04".parse().unwrap(),
        to: None,
        grain: "=site".into(),
        legal_basis: "Health and Care Act 2022".into(),
        purpose: String::new(),
        state: ReuseState::Active,
        requested_on: day("2025-03-03"),
        answer_due: day("2025-03-31"),
        escalated_on: None,
        answered_on: Some(day("2025-03-20")),
        first_delivery: Some(day("2025-05-12")),
        ends_on: None,
        reason: String::new(),
        revision: 3,
    };
    let submitted_at = day("2025-04-10").and_hms_opt(9, 30, 0).unwrap().and_utc();
    Snapshot {
        concepts: vec![ConceptMember {
            definition: item.definition.clone(),
            concept: onus_domain::ConceptId::of(&item.definition),
            strength: Strength::Confirmed,
        }],
        derivations: vec![Derivation {
            from_definition: item.definition.clone(),
            to_definition: item.definition,
            recipe: "+ everything".into(),
            strength: Strength::Possible,
        }],
        submissions: vec![Submission {
            obligation,
            submitted_at,
            time_return: Some(TimeReturn { minutes: 45, people: 1 }),
        }],
        reuse: vec![reuse],
        plans: vec![Plan {
            owner: OdsCode::new("X26").unwrap(),
            title: "=Ask once".into(),
            text: String::new(),
            targets: vec![Target {
                measure: TargetMeasure::Collections,
                baseline: Decimal::from_whole(10),
                baseline_month: "2024-03".parse().unwrap(),
                value: Decimal::from_whole(7),
                date: day("2026-03-31"),
            }],
            revision: 1,
        }],
        ..adopted(import)
    }
}

fn statement() -> BurdenStatement {
    let line = |activity, basis| CostLine {
        activity,
        staff_role: StaffRole::InformationAnalyst,
        basis,
        minutes: "7.5".parse().unwrap(),
        unit_measure: (basis == LineBasis::PerUnit).then_some(SizeMeasure::FloorArea),
        unit_size: (basis == LineBasis::PerUnit).then_some(Decimal::from_whole(1000)),
        life_months: (basis == LineBasis::OneOff).then_some(36),
        external_pence: 0,
    };
    BurdenStatement {
        collection: CollectionId::new("improvement-and-assessment-framework").unwrap(),
        version: 1,
        from_date: day("2023-04-01"),
        method: Method::Assumed,
        lines: vec![
            line(Activity::Gathering, LineBasis::PerUnit),
            line(Activity::SystemChange, LineBasis::OneOff),
        ],
    }
}

fn tariff() -> Tariff {
    Tariff {
        staff_role: StaffRole::InformationAnalyst,
        from_date: day("2023-04-01"),
        pence_per_hour: 2_100,
        overhead_percent: Decimal::from_whole(25),
    }
}

#[test]
fn a_small_registry_is_written_whole() {
    let files = export(&small(), &[statement()], &[tariff()]).unwrap();
    let texts: Vec<_> = files
        .into_iter()
        .map(|(name, bytes)| format!("== {name}\n{}", String::from_utf8(bytes).unwrap()))
        .collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn equal_snapshots_give_equal_bytes_whatever_their_order() {
    let mut snapshot = adopted(read(&Files::Embedded, Grouping::Families).unwrap());
    let first = export(&snapshot, &[], &[]).unwrap();
    assert_eq!(first, export(&snapshot.clone(), &[], &[]).unwrap());
    // Lists that are searched by key stay in order; the others may come in any.
    snapshot.subjects.reverse();
    snapshot.successions.reverse();
    for version in &mut snapshot.versions {
        version.content.items.reverse();
    }
    assert!(first == export(&snapshot, &[], &[]).unwrap());
}

/// Columns and lines of a written file, by column.
fn parse(bytes: &[u8]) -> (Vec<String>, Vec<BTreeMap<String, String>>) {
    let mut reader = csv::Reader::from_reader(bytes);
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row =
        |record: csv::StringRecord| header.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    let rows = reader.records().map(|record| row(record.unwrap())).collect();
    (header, rows)
}

fn names(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn the_data_package_says_what_is_in_the_files() {
    let snapshot = adopted(read(&Files::Embedded, Grouping::Families).unwrap());
    let files = export(&snapshot, &[], &[tariff()]).unwrap();
    let (last, package) = files.last().unwrap();
    assert_eq!(last, "datapackage.json");
    let package: Value = serde_json::from_slice(package).unwrap();
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len(), files.len() - 1);
    let tables: BTreeMap<_, _> =
        files[..files.len() - 1].iter().map(|(name, bytes)| (name.as_str(), parse(bytes))).collect();
    for (resource, (file, bytes)) in resources.iter().zip(&files) {
        assert_eq!(
            (resource["path"].as_str(), resource["bytes"].as_u64()),
            (Some(file.as_str()), Some(bytes.len() as u64))
        );
        let (header, rows) = &tables[file.as_str()];
        let fields = resource["schema"]["fields"].as_array().unwrap();
        assert_eq!(
            &fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
            header
        );
        for field in fields {
            for row in rows {
                check_type(file, field, &row[field["name"].as_str().unwrap()]);
            }
        }
        let key = names(&resource["schema"]["primaryKey"]);
        let value = |row: &BTreeMap<String, String>, columns: &[&str]| -> Vec<String> {
            columns.iter().map(|column| row[*column].clone()).collect()
        };
        let keys: BTreeSet<_> = rows.iter().map(|row| value(row, &key)).collect();
        assert_eq!(keys.len(), rows.len(), "{file}: a key twice");
        for reference in resource["schema"]["foreignKeys"].as_array().into_iter().flatten() {
            let here = names(&reference["fields"]);
            let there = names(&reference["reference"]["fields"]);
            let target = reference["reference"]["resource"].as_str().unwrap();
            let target = if target.is_empty() { file.clone() } else { format!("{target}.csv") };
            let known: BTreeSet<_> = tables[target.as_str()].1.iter().map(|row| value(row, &there)).collect();
            for row in rows {
                let named = value(row, &here);
                assert!(
                    named.iter().all(String::is_empty) || known.contains(&named),
                    "{file}: no {named:?} in {target}"
                );
            }
        }
    }
}

fn check_type(file: &str, field: &Value, value: &str) {
    let right = value.is_empty()
        || match field["type"].as_str().unwrap() {
            "string" => !value.starts_with(['=', '+', '-', '@']),
            "integer" => value.parse::<u64>().is_ok(),
            "number" => value.parse::<Decimal>().is_ok(),
            "yearmonth" => value.parse::<onus_domain::Month>().is_ok(),
            "date" => value.parse::<NaiveDate>().is_ok(),
            "datetime" => value.parse::<chrono::DateTime<chrono::Utc>>().is_ok(),
            other => panic!("{file}: no such type {other}"),
        };
    assert!(right, "{file}: {field} does not fit {value:?}");
}

/// The first columns of each file are those of the published contract, in its order.
#[test]
fn the_contract_of_the_columns_holds() {
    let contract = [
        (
            "organisations.csv",
            "organisation, name, kind, provider_type, region, parent, open_date, close_date",
        ),
        ("successions.csv", "predecessor, successor, date, share"),
        ("sizes.csv", "organisation, measure, from_date, value"),
        (
            "collections.csv",
            "collection, reference, title, owner, purpose, legal_basis, method, sector_path, uses, feedback",
        ),
        (
            "versions.csv",
            "collection, version, state, live_from, live_to, frequency, first_period, due_lag_days, last_period, basis_frequency, evidence",
        ),
        ("respondents.csv", "collection, version, provider, from_date, to_date, basis"),
        ("subjects.csv", "subject, name, contained_in, basis, reason"),
        (
            "items.csv",
            "collection, version, position, section, mandation, role, subject, definition, purpose_kind, use",
        ),
        (
            "definitions.csv",
            "definition, version, kind, name, text, numerator, denominator, unit, population, breakdowns, grain, period_type, \
             value_set, format, external_ids, status",
        ),
        ("concepts.csv", "definition, concept, strength"),
        ("derivations.csv", "from_definition, to_definition, recipe, strength"),
        (
            "statements.csv",
            "collection, version, from_date, method, activity, staff_role, basis, minutes, unit_measure, unit_size, life_months, \
             external_pence",
        ),
        ("tariffs.csv", "staff_role, from_date, pence_per_hour, overhead_percent"),
        (
            "submissions.csv",
            "collection, version, provider, period_start, period_end, due_date, submitted_at, minutes",
        ),
        (
            "reuse.csv",
            "agreement, collection, definition, subject, holder, recipient, from_month, to_month, first_delivery, ends_on",
        ),
        ("targets.csv", "owner, measure, date, value, baseline_month, baseline, plan"),
    ];
    let files = table_files(&Snapshot::default(), &[], &[]).unwrap();
    assert_eq!(files.iter().map(|file| file.table.file).collect::<Vec<_>>(), contract.map(|(file, _)| file));
    for (file, (_, columns)) in files.iter().zip(contract) {
        let columns: Vec<_> = columns.split(", ").collect();
        let (header, _) = parse(&file.bytes);
        assert_eq!(header[..columns.len()], columns, "{}", file.table.file);
    }
}
