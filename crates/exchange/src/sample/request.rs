//! `adoption/requests.csv`: who asks whom, how often and on what ground, one line a collection.

use super::{
    Files,
    adoption::{DAY, each_with_reason},
};
use crate::{
    problems::{Keys, Place, Problems},
    table::Row,
};
use onus_domain::{
    Basis, CollectionId, OdsCode, Violation, organisation::ProviderType, parse_code,
    respondents::RespondentsRule, schedule::Schedule, version::Content,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a collection asks for apart from its items.
pub(super) struct Request {
    /// The line it stands on.
    pub place: Place,
    /// Who asks.
    pub owner: OdsCode,
    /// How it is known who asks.
    pub owner_reason: String,
    /// The words that state the frequency, or why it is assumed.
    pub frequency_evidence: String,
    /// Everything but the title and the items.
    pub content: Content,
}

impl Request {
    /// All of them, by collection.
    pub fn read_all(files: &Files, problems: &mut Problems) -> Option<BTreeMap<CollectionId, Self>> {
        let columns = [
            "collection",
            "owner",
            "owner_basis",
            "owner_reason",
            "provider_types",
            "regions",
            "respondents_basis",
            "respondents_evidence",
            "frequency",
            "frequency_basis",
            "frequency_evidence",
            "first_period",
            "due_lag_days",
            "due_lag_reason",
            "purpose",
            "legal_basis",
            "method",
            "uses",
            "feedback",
            "contact",
        ];
        let mut keys = Keys::default();
        let lines = each_with_reason("adoption/requests.csv", &columns, files, problems, |row, problems| {
            let collection = row.value::<CollectionId>("collection", problems);
            keys.add(row.text("collection"), row.place(), "collection", problems);
            let request = Self::read(row, problems);
            Some((collection?, request?))
        })?;
        Some(lines.into_iter().collect())
    }

    fn read(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let owner = row.value("owner", problems);
        let owner_basis = row.code::<Basis>("owner_basis", problems);
        let owner_reason = row.required("owner_reason", problems);
        let respondents = respondents(row, problems);
        let schedule = schedule(row, problems);
        let [legal_basis, method, uses, feedback, contact] =
            ["legal_basis", "method", "uses", "feedback", "contact"]
                .map(|column| row.required(column, problems));
        let content = Content {
            title: String::new(),
            purpose: row.text("purpose").to_owned(),
            legal_basis: legal_basis?.to_owned(),
            method: method?.to_owned(),
            uses: uses?.to_owned(),
            feedback: feedback?.to_owned(),
            contact: contact?.to_owned(),
            respondents: Some(respondents?),
            schedule: Some(schedule?),
            items: vec![],
        };
        let owner_reason = format!("Owner {}: {}", owner_basis?, owner_reason?);
        let frequency_evidence = row.text("frequency_evidence").to_owned();
        Some(Self { place: row.place().clone(), owner: owner?, owner_reason, frequency_evidence, content })
    }
}

fn respondents(row: Row<'_>, problems: &mut Problems) -> Option<RespondentsRule> {
    let basis = row.code("respondents_basis", problems);
    let evidence = row.required("respondents_evidence", problems);
    let mut provider_types = BTreeSet::new();
    for text in row.list("provider_types") {
        let code = parse_code::<ProviderType>("provider_types", text);
        provider_types.extend(problems.take(row.path("provider_types"), code));
    }
    let regions: BTreeSet<_> = row.list("regions").map(str::to_owned).collect();
    problems.require(provider_types.is_empty() == regions.is_empty(), || {
        let expected = "regions where there are provider types, and none where nobody answers";
        Violation::new(row.path("regions"), "RESPONDENTS", row.text("regions"), expected)
    });
    Some(RespondentsRule {
        provider_types,
        regions,
        commissioners: BTreeSet::new(),
        size_bounds: None,
        include: BTreeSet::new(),
        exclude: BTreeSet::new(),
        basis: basis?,
        evidence: evidence?.to_owned(),
    })
}

fn schedule(row: Row<'_>, problems: &mut Problems) -> Option<Schedule> {
    let frequency = row.code("frequency", problems);
    let basis = row.code("frequency_basis", problems);
    let evidence = row.required("frequency_evidence", problems);
    let first_period =
        row.required("first_period", problems).and_then(|_| row.date("first_period", DAY, problems));
    let due_lag_days = row.number("due_lag_days", problems);
    let due_lag_reason = row.required("due_lag_reason", problems);
    problems.require(due_lag_days.is_none_or(|days| days <= 731), || {
        Violation::new(row.path("due_lag_days"), "RANGE", row.text("due_lag_days"), "at most 731 days")
    });
    Some(Schedule {
        frequency: frequency?,
        first_period: first_period??,
        due_lag_days: due_lag_days?,
        last_period: None,
        basis: basis?,
        evidence: format!("{}. Due date: {}", evidence?.trim_end_matches('.'), due_lag_reason?),
    })
}
