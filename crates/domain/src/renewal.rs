//! Renewal: use it or lose it. An item of which no use was recorded lapses, unless its owner says why it is kept.

use crate::{
    CollectionId, DefinitionId, SubjectId, Violation, Violations,
    codes::codes,
    duplicates::Explanation,
    item::Item,
    version::{Content, Version},
};
use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Months of uses that a renewal looks back on at least: a version that was just amended has not lost what was known of its items.
pub const LEAST_MONTHS: u32 = 12;

/// That an item's answers were used: in which decision or publication, on which day. None is ever changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemUse {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// The collection.
    pub collection: CollectionId,
    /// The version whose item it was.
    pub version: u32,
    /// The item's place in that version.
    pub position: u32,
    /// What the item asked for.
    pub definition: DefinitionId,
    /// What it was about.
    pub subject: SubjectId,
    /// The day of the decision or publication.
    pub used_on: NaiveDate,
    /// The decision or publication.
    pub what: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl ItemUse {
    /// What is wrong with it by itself, as seen on `today`.
    pub fn check(&self, today: NaiveDate, found: &mut Violations) {
        found.text("what", &self.what, 2_000);
        found.require(!self.what.trim().is_empty(), || {
            Violation::new("what", "REQUIRED", "", "the decision or publication that the answers went into")
        });
        found.day("used_on", self.used_on, today);
        found.require(self.used_on <= today, || {
            Violation::new("used_on", "RANGE", self.used_on, format!("a day not after {today}"))
        });
    }
}

/// What an item asks, whatever its place: what a use is a use of, across the versions of a collection.
type Question<'a> = (&'a DefinitionId, &'a SubjectId);

fn question(item: &Item) -> Question<'_> {
    (&item.definition, &item.subject)
}

codes! {
    /// What becomes of an item in a renewal.
    Fate {
        /// A use of it is recorded: it stays.
        Stays,
        /// No use of it is recorded, and its owner says why it is kept.
        Kept,
        /// No use of it is recorded: it is no longer asked.
        Lapses,
        /// It is in the renewal, without a use, and nothing is said of it yet.
        Open,
        /// A use of it is recorded, and its owner dropped it.
        Dropped,
    }
}
/// One item of the version that is renewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewalLine {
    /// The item as it was.
    pub item: Item,
    /// Its recorded uses in the period, latest first.
    pub uses: Vec<ItemUse>,
    /// What becomes of it.
    pub fate: Fate,
    /// Why it is kept; empty unless it is.
    pub keep_reason: String,
}

/// The days whose uses count when `renewed` is renewed on `today`: since it came into force, and twelve months at least.
pub fn period(renewed: &Version, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let year = today.checked_sub_months(Months::new(LEAST_MONTHS)).unwrap_or(NaiveDate::MIN);
    (renewed.live_from.map_or(year, |from| from.min(year)), today)
}

/// The uses within `period`, by what was used.
fn used(uses: &[ItemUse], (from, to): (NaiveDate, NaiveDate)) -> BTreeMap<Question<'_>, Vec<&ItemUse>> {
    let mut by_question = BTreeMap::<_, Vec<_>>::new();
    for one in uses.iter().filter(|one| from <= one.used_on && one.used_on <= to) {
        by_question.entry((&one.definition, &one.subject)).or_default().push(one);
    }
    by_question
}

/// What a renewal of `renewed` begins with: its items with a recorded use, and those that are kept for a reason. `keep` are those reasons,
/// by the items' places in it. Also answers the explanations to begin with.
pub fn begin(
    renewed: &Version,
    uses: &[ItemUse],
    today: NaiveDate,
    keep: &BTreeMap<u32, String>,
) -> (Content, Vec<Explanation>) {
    let used = used(uses, period(renewed, today));
    let mut content = renewed.content.clone();
    content.items.retain(|item| used.contains_key(&question(item)) || keep.contains_key(&item.position));
    let unused = content.items.iter().filter(|item| !used.contains_key(&question(item)));
    let kept = unused.filter_map(|item| {
        let keep_reason = keep.get(&item.position)?.clone();
        Some(Explanation { position: item.position, keep_reason, ..Explanation::default() })
    });
    let kept = kept.collect();
    (content, kept)
}

/// Notes what is wrong with the reasons for which items of `renewed` are kept.
pub fn check_keep(renewed: &Version, keep: &[(u32, String)], found: &mut Violations) {
    let mut seen = BTreeSet::new();
    for (at, (position, reason)) in keep.iter().enumerate() {
        found.within(&format!("keep[{at}]"), |found| {
            let known = renewed.content.items.iter().any(|item| item.position == *position);
            found.require(known, || {
                Violation::new(
                    "position",
                    "KNOWN",
                    position,
                    "the position of an item of the version renewed",
                )
            });
            found.require(seen.insert(*position), || {
                Violation::new("position", "UNIQUE", position, "a position that is kept once")
            });
            found.text("reason", reason, 4_000);
            found.require(!reason.trim().is_empty(), || {
                Violation::new("reason", "REQUIRED", "", "why it is kept though no use of it is recorded")
            });
        });
    }
}

/// Each item of `renewed` with its recorded uses and what becomes of it in `renewal`, begun to renew it on `today`.
pub fn lines(
    renewed: &Version,
    renewal: &Version,
    uses: &[ItemUse],
    explanations: &[Explanation],
    today: NaiveDate,
) -> Vec<RenewalLine> {
    let used = used(uses, period(renewed, today));
    let of_item = |item: &Item| {
        let mut own: Vec<_> =
            used.get(&question(item)).into_iter().flatten().map(|one| (*one).clone()).collect();
        own.sort_by_key(|one| std::cmp::Reverse((one.used_on, one.id)));
        let still = renewal.content.items.iter().find(|other| question(other) == question(item));
        let keep_reason = still
            .and_then(|still| explanations.iter().find(|one| one.position == still.position))
            .map(|one| one.keep_reason.clone())
            .unwrap_or_default();
        let fate = match (own.is_empty(), still.is_some()) {
            (false, true) => Fate::Stays,
            (false, false) => Fate::Dropped,
            (true, false) => Fate::Lapses,
            (true, true) if keep_reason.trim().is_empty() => Fate::Open,
            (true, true) => Fate::Kept,
        };
        RenewalLine { item: item.clone(), uses: own, fate, keep_reason }
    };
    renewed.content.items.iter().map(of_item).collect()
}

/// Notes each item of `renewal` that `renewed` had, of which no use is recorded and for which no reason is given.
pub fn check_submission(
    renewed: &Version,
    renewal: &Version,
    uses: &[ItemUse],
    explanations: &[Explanation],
    today: NaiveDate,
    found: &mut Violations,
) {
    let (from, _) = period(renewed, today);
    for line in lines(renewed, renewal, uses, explanations, today) {
        let at = renewal.content.items.iter().position(|item| question(item) == question(&line.item));
        let Some(at) = at.filter(|_| line.fate == Fate::Open) else { continue };
        found.push(Violation::new(
            format!("items[{at}]"),
            "USE_IT_OR_LOSE_IT",
            &line.item.definition,
            format!("dropped, or kept for a reason: no use of it is recorded since {from}"),
        ));
    }
}

/// The places of those items of `renewal` that need the panel's own look: what the version before did not ask, and what is neither used nor
/// kept for a reason. A renewal without any may be approved among others. `lines` are those of the two.
pub fn out_of_routine(renewal: &Version, lines: &[RenewalLine]) -> Vec<u32> {
    let of_course = |item: &&Item| {
        let line = lines.iter().find(|line| question(&line.item) == question(item));
        line.is_some_and(|line| matches!(line.fate, Fate::Stays | Fate::Kept))
    };
    let others = renewal.content.items.iter().filter(|item| !of_course(item));
    others.map(|item| item.position).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Error,
        item::{ItemRole, PurposeKind},
        lifecycle::tests::version,
        version::VersionState,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn item(position: u32, definition: &str) -> Item {
        Item {
            position,
            section: String::new(),
            mandation: None,
            role: ItemRole::Content,
            subject: SubjectId::new("STAFF").unwrap(),
            definition: DefinitionId::new(definition).unwrap(),
            purpose_kind: PurposeKind::Unknown,
            r#use: String::new(),
        }
    }

    fn renewed() -> Version {
        let mut it = version(VersionState::Live);
        it.live_from = Some(day("2024-01-01"));
        it.content.items = vec![item(1, "used"), item(2, "unused"), item(3, "kept")];
        it
    }

    fn used(definition: &str, on: &str) -> ItemUse {
        ItemUse {
            id: Uuid::nil(),
            collection: CollectionId::new("a").unwrap(),
            version: 1,
            position: 9,
            definition: DefinitionId::new(definition).unwrap(),
            subject: SubjectId::new("STAFF").unwrap(),
            used_on: day(on),
            what: "Annual report".into(),
            recorded_by: "ann".into(),
            at: DateTime::UNIX_EPOCH,
        }
    }

    const TODAY: &str = "2026-01-31";

    #[test]
    fn items_with_a_use_stay_and_others_lapse_unless_they_are_kept() {
        let uses = [used("used", "2024-06-01"), used("unused", "2023-12-31"), used("unused", "2026-02-01")];
        let keep = BTreeMap::from([(3, "The winter plan needs it.".to_owned())]);
        let (content, kept) = begin(&renewed(), &uses, day(TODAY), &keep);
        let positions: Vec<_> = content.items.iter().map(|item| item.position).collect();
        assert_eq!(positions, [1, 3], "a use before the period, or of tomorrow, does not count");
        assert_eq!((kept.len(), kept[0].position), (1, 3));

        let renewal = Version { number: 2, content, ..renewed() };
        let fates: Vec<_> =
            lines(&renewed(), &renewal, &uses, &kept, day(TODAY)).iter().map(|line| line.fate).collect();
        assert_eq!(fates, [Fate::Stays, Fate::Lapses, Fate::Kept]);
    }

    #[test]
    fn what_is_new_or_unused_needs_the_panels_own_look() {
        let uses = [used("used", "2024-06-01")];
        let kept = [Explanation { position: 3, keep_reason: "x".into(), ..Explanation::default() }];
        let mut renewal = Version { number: 2, ..renewed() };
        let of = |renewal: &Version| {
            out_of_routine(renewal, &lines(&renewed(), renewal, &uses, &kept, day(TODAY)))
        };
        renewal.content.items.push(item(7, "new"));
        assert_eq!(of(&renewal), [2, 7]);
        renewal.content.items.retain(|item| [1, 3].contains(&item.position));
        assert!(of(&renewal).is_empty());
    }

    #[test]
    fn what_is_taken_back_in_needs_a_reason() {
        let uses = [used("used", "2024-06-01")];
        let mut renewal = Version { number: 2, ..renewed() };
        // New items are no business of the renewal's, wherever they stand.
        renewal.content.items.insert(0, item(7, "new"));
        let rules = |explanations: &[Explanation]| {
            let mut found = Violations::new();
            check_submission(&renewed(), &renewal, &uses, explanations, day(TODAY), &mut found);
            let Err(Error::Invalid(all)) = found.into_result() else { return vec![] };
            all.into_iter().map(|v| format!("{} {}", v.field, v.rule)).collect::<Vec<_>>()
        };
        assert_eq!(rules(&[]), ["items[2] USE_IT_OR_LOSE_IT", "items[3] USE_IT_OR_LOSE_IT"]);
        let kept = |position| Explanation { position, keep_reason: "x".into(), ..Explanation::default() };
        assert!(rules(&[kept(2), kept(3)]).is_empty());
    }

    #[test]
    fn a_version_just_amended_keeps_what_was_known_of_its_items() {
        let young = Version { live_from: Some(day("2026-01-01")), ..renewed() };
        assert_eq!(period(&young, day(TODAY)), (day("2025-01-31"), day(TODAY)));
        assert_eq!(period(&renewed(), day(TODAY)).0, day("2024-01-01"));
    }

    #[test]
    fn reasons_to_keep_are_of_items_that_there_are() {
        let mut found = Violations::new();
        let keep = [(2, " ".to_owned()), (2, "x".to_owned()), (9, "x".to_owned())];
        check_keep(&renewed(), &keep, &mut found);
        let Err(Error::Invalid(all)) = found.into_result() else { panic!("accepted") };
        let said: Vec<_> = all.iter().map(|v| format!("{} {}", v.field, v.rule)).collect();
        assert_eq!(said, ["keep[0].reason REQUIRED", "keep[1].position UNIQUE", "keep[2].position KNOWN"]);
    }
}
