//! An invented history beside the sample, so that every figure can be seen to move: a set that was retired, a frequency that was halved, a
//! re-estimate, a merger, a regrowth. Everything in it is called an illustration.

use super::{Import, ImportedCollection, ImportedVersion};
use chrono::NaiveDate;
use onus_domain::{
    Basis, CollectionId, Decimal, DefinitionId, Month, OdsCode, Result, SubjectId,
    collection::SectorPath,
    definition::{Definition, DefinitionKind, RegistrationStatus},
    item::{Item, ItemRole, Mandation, PurposeKind},
    organisation::{Organisation, OrganisationKind, ProviderType, Size, SizeMeasure, Succession},
    respondents::RespondentsRule,
    schedule::{Frequency, Schedule},
    subject::Subject,
    version::Content,
};

/// What all of it says of itself.
const EVIDENCE: &str = "Illustration: invented to show how figures move. No body asks this.";
/// The set of which the estimate changes: see [`RE_ESTIMATED_FROM`].
pub const RE_ESTIMATED: &str = "illustration-discharge-survey";
/// How many months ago it was estimated anew.
pub const RE_ESTIMATED_FROM: i32 = -4;

/// An invented set: its key, its owner, what it is called, its versions, and after how many months it ended.
type Set<'q> = (&'q str, &'q str, &'q str, Vec<Of<'q>>, Option<i32>);
/// One version of an invented set: what it asks, how often, and from which month on, counted from the last.
type Of<'q> = (&'q [&'q str], Frequency, i32);

const BEDS: [&str; 5] = [
    "Escalation beds open at eight in the morning",
    "Patients waiting in corridors for a ward place",
    "Discharge lounge seats occupied at noon",
    "Wards closed to admissions by infection",
    "Boarders cared for outside their specialty",
];
const WAITING: [&str; 4] = [
    "Endoscopy referrals without a booked date",
    "Letters to general practitioners unsent after three days",
    "Clinic slots cancelled by the hospital",
    "Interpreter bookings not honoured",
];
const DISCHARGE: [&str; 4] = [
    "Take-home medicines ready before eleven",
    "Patients sent home with a named contact",
    "Carers told of the discharge the day before",
    "Transport arrivals later than two hours",
];
const THEATRES: [&str; 9] = [
    "First operation of the day begun on time",
    "Operating lists finished more than thirty minutes early",
    "Turnover minutes between two operations",
    "Instrument trays returned incomplete",
    "Anaesthetic rooms out of use",
    "Implants opened and not used",
    "Recovery bays blocked by a lack of ward beds",
    "Robotic console hours booked",
    "Lists staffed by overtime",
];

/// Adds it to an import; figures are shown to the end of `last`.
pub fn illustrate(import: &mut Import, last: Month) -> Result<()> {
    let subject = SubjectId::new("ILLUSTRATION")?;
    import.subjects.push(Subject {
        id: subject.clone(),
        name: "Illustration: invented records".into(),
        contained_in: None,
        basis: Basis::Stated,
        reason: EVIDENCE.into(),
    });
    let long_ago = last.index() - Month::of(START).index();
    let sets: [Set<'_>; 4] = [
        (
            "beds-return",
            "X24",
            "weekly beds return, retired",
            vec![(&BEDS, Frequency::Weekly, -long_ago)],
            Some(-7),
        ),
        (
            "waiting-snapshot",
            "X24",
            "waiting snapshot, half as often",
            vec![(&WAITING, Frequency::Weekly, -long_ago), (&WAITING, Frequency::Fortnightly, -9)],
            None,
        ),
        (
            "discharge-survey",
            "X24",
            "discharge survey, estimated anew",
            vec![(&DISCHARGE, Frequency::Monthly, -long_ago)],
            None,
        ),
        (
            "theatres",
            "UKHSA",
            "theatres, grown again",
            vec![(&THEATRES[..3], Frequency::Monthly, -long_ago), (&THEATRES, Frequency::Monthly, -2)],
            None,
        ),
    ];
    for set in &sets {
        add(import, set, last, &subject)?;
    }
    merge(import, last.plus(-12).first_day())
}

/// From when the invented sets run: before the month on which the index is based.
const START: NaiveDate = match NaiveDate::from_ymd_opt(2023, 4, 3) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

fn add(
    import: &mut Import,
    (key, owner, title, versions, ends): &Set<'_>,
    last: Month,
    subject: &SubjectId,
) -> Result<()> {
    let from = |months: i32| last.plus(months).first_day().max(START);
    let mut made = vec![];
    for (at, (questions, frequency, begins)) in versions.iter().enumerate() {
        let mut items = vec![];
        for (position, question) in (1..).zip(*questions) {
            let definition = define(import, question)?;
            items.push(item(position, definition, subject));
        }
        let next = versions.get(at + 1).map(|(.., begins)| *begins).or(*ends);
        made.push(ImportedVersion {
            content: content(&format!("Illustration: {title}"), *frequency, items),
            evidence: EVIDENCE.into(),
            live_from: from(*begins),
            live_to: next.map(from),
        });
    }
    import.collections.push(ImportedCollection {
        id: CollectionId::new(format!("illustration-{key}"))?,
        owner: OdsCode::new(*owner)?,
        sector_path: SectorPath::National,
        source_id: None,
        versions: made,
    });
    Ok(())
}

/// The definition of a question, which is added if it is not there.
fn define(import: &mut Import, question: &str) -> Result<DefinitionId> {
    let id = DefinitionId::new(format!("illustration-{}", question.to_lowercase().replace(' ', "-")))?;
    if !import.definitions.iter().any(|one| one.id == id) {
        import.definitions.push(Definition {
            id: id.clone(),
            version: 1,
            kind: DefinitionKind::Metric,
            name: question.to_owned(),
            text: format!("{question}. {EVIDENCE}"),
            numerator: String::new(),
            denominator: String::new(),
            exclusions: String::new(),
            unit: "count".into(),
            population: String::new(),
            breakdowns: vec![],
            grain: String::new(),
            period_type: String::new(),
            value_set: vec![],
            format: String::new(),
            source: EVIDENCE.into(),
            subject: None,
            external_ids: std::collections::BTreeMap::new(),
            aliases: vec![],
            status: RegistrationStatus::Candidate,
            successor: None,
        });
    }
    Ok(id)
}

fn item(position: u32, definition: DefinitionId, subject: &SubjectId) -> Item {
    Item {
        position,
        section: "Illustration".into(),
        mandation: Some(Mandation::Mandatory),
        role: ItemRole::Content,
        subject: subject.clone(),
        definition,
        purpose_kind: PurposeKind::Both,
        r#use: EVIDENCE.into(),
    }
}

fn content(title: &str, frequency: Frequency, items: Vec<Item>) -> Content {
    Content {
        title: title.into(),
        purpose: EVIDENCE.into(),
        legal_basis: "Illustration".into(),
        method: "Manual return".into(),
        uses: EVIDENCE.into(),
        feedback: "Illustration".into(),
        contact: "Illustration".into(),
        respondents: Some(RespondentsRule {
            provider_types: [ProviderType::Acute].into(),
            regions: [].into(),
            commissioners: [].into(),
            size_bounds: None,
            include: [].into(),
            exclude: [].into(),
            basis: Basis::Assumed,
            evidence: EVIDENCE.into(),
        }),
        schedule: Some(Schedule {
            frequency,
            first_period: START,
            due_lag_days: 5,
            last_period: None,
            basis: Basis::Assumed,
            evidence: EVIDENCE.into(),
        }),
        items,
    }
}

/// Two invented trusts become one.
fn merge(import: &mut Import, date: NaiveDate) -> Result<()> {
    let trust = |code: &str, name: &str, open_date, close_date| {
        Ok::<_, onus_domain::Violation>(Organisation {
            code: OdsCode::new(code)?,
            name: format!("ILLUSTRATION: {name}"),
            kind: OrganisationKind::Provider,
            provider_type: Some(ProviderType::Acute),
            provider_type_basis: Basis::Assumed,
            region: None,
            parent: None,
            open_date,
            close_date,
        })
    };
    let united = trust("ZZUNITED", "UNITED TRUST", Some(date), None)?;
    for (code, name, area) in [("ZZNORTH", "NORTH TRUST", 40_000), ("ZZSOUTH", "SOUTH TRUST", 25_000)] {
        let ends = trust(code, name, None, date.pred_opt())?;
        import.successions.push(Succession {
            predecessor: ends.code.clone(),
            successor: united.code.clone(),
            date,
            share: Decimal::from_whole(1),
        });
        import.sizes.push(size(&ends.code, START, area));
        import.organisations.push(ends);
    }
    import.sizes.push(size(&united.code, date, 65_000));
    import.organisations.push(united);
    Ok(())
}

fn size(of: &OdsCode, from_date: NaiveDate, staff: i32) -> Size {
    Size {
        organisation: of.clone(),
        measure: SizeMeasure::FloorArea,
        from_date,
        value: Decimal::from_whole(staff),
    }
}
