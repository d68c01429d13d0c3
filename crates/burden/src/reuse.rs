//! What reuse agreements change: on which days which items of a version are not asked (rule and reasons: `onus_domain::reuse`).
//!
//! A version is cut into parts by the days on which different items of it are met by reuse. Each part is then like a version of its own
//! that asks fewer items: whatever is computed from what is asked needs to know nothing of agreements. A period belongs to the part that
//! holds its last day; yearly and one-off work accrues in every part, since the version stands ready to ask again. A part that asks
//! nothing at all, though its version has items, is owed nothing: there is nothing to submit.

use crate::period::periods_from;
use chrono::NaiveDate;
use onus_domain::{reuse::ReuseAgreement, snapshot::Snapshot, span::Span, version::Version};
use std::collections::{BTreeMap, BTreeSet};

/// Places of items that are met by reuse, and the days on which just these are.
pub(crate) type Part = (BTreeSet<usize>, Vec<Span>);

/// The parts of a version that is in force on `force`, the one in which most is asked first; never none.
pub(crate) fn parts(snapshot: &Snapshot, version: &Version, force: Vec<Span>) -> Vec<Part> {
    let met = met(snapshot, version);
    if met.is_empty() || force.is_empty() {
        return vec![(BTreeSet::new(), force)];
    }
    let cuts = met.iter().flat_map(|(days, _)| [Some(days.from), days.end()]).flatten();
    let cuts: BTreeSet<NaiveDate> = cuts.collect();
    let mut parts = BTreeMap::<_, Vec<Span>>::new();
    for days in force.iter().flat_map(|span| cut(*span, &cuts)) {
        let places = met.iter().filter(|(met, _)| met.holds(days.from)).flat_map(|(_, places)| places);
        parts.entry(places.copied().collect::<BTreeSet<_>>()).or_default().push(days);
    }
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.sort_by_key(|(places, _)| places.len());
    parts
}

/// By agreement: on which days which items of a version are met.
fn met(snapshot: &Snapshot, version: &Version) -> Vec<(Span, Vec<usize>)> {
    let of_collection = snapshot.reuse.iter().filter(|one| one.collection == version.collection);
    let met = of_collection.filter_map(|agreement| {
        let items = version.content.items.iter().enumerate();
        let places: Vec<_> = items
            .filter(|(_, item)| agreement.need(&version.collection, item).is_some())
            .map(|(at, _)| at)
            .collect();
        Some((last_days(agreement, version)?, places)).filter(|(_, places)| !places.is_empty())
    });
    met.collect()
}

/// The days that may be the last of a period that an agreement meets. Periods tile, so those that begin in or after a month are those that
/// end on or after the day on which the first of them begins.
fn last_days(agreement: &ReuseAgreement, version: &Version) -> Option<Span> {
    let schedule = version.content.schedule.as_ref()?;
    let from = agreement.from.first_day();
    let first = periods_from(schedule, from).find(|period| from <= period.start)?;
    let whole = Span::new(Some(first.start), agreement.to.map(onus_domain::Month::last_day))?;
    whole.meet(agreement.delivery()?)
}

/// A span in pieces, each of which begins on its first day or on a day of `cuts`.
fn cut(span: Span, cuts: &BTreeSet<NaiveDate>) -> Vec<Span> {
    let mut starts = vec![span.from];
    starts.extend(cuts.iter().copied().filter(|day| span.from < *day && *day <= span.to));
    let ends = starts[1..].iter().filter_map(NaiveDate::pred_opt).chain([span.to]);
    starts.iter().zip(ends).map(|(from, to)| Span { from: *from, to }).collect()
}
