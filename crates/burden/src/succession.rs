//! Successions in the order in which they take effect.

use crate::components::components;
use chrono::NaiveDate;
use onus_domain::{Decimal, OdsCode, organisation::Succession};
use std::collections::BTreeMap;

/// What one predecessor gave on one day.
pub(crate) struct Given<'s> {
    pub date: NaiveDate,
    pub predecessor: &'s OdsCode,
    pub parts: Vec<&'s Succession>,
}

/// Successions by day; of one day, who gives to somebody who gives on comes before it. Those in a cycle of one day are left out.
pub(crate) fn in_order<'s>(successions: impl Iterator<Item = &'s Succession>) -> Vec<Given<'s>> {
    let mut ordered = vec![];
    for day in by_day(successions).into_values() {
        let (rank, cyclic) = ranks(&day);
        let mut day: Vec<_> = day.into_iter().zip(rank).zip(cyclic).filter(|(_, cyclic)| !cyclic).collect();
        day.sort_by_key(|((_, rank), _)| std::cmp::Reverse(*rank));
        ordered.extend(day.into_iter().map(|((given, _), _)| given));
    }
    ordered
}

/// The predecessors of each cycle of one day, with the day.
pub(crate) fn cycles(successions: &[Succession]) -> Vec<(NaiveDate, Vec<&OdsCode>)> {
    let mut found = vec![];
    for (date, day) in by_day(successions.iter()) {
        let (rank, cyclic) = ranks(&day);
        let mut members = BTreeMap::<usize, Vec<&OdsCode>>::new();
        for ((given, rank), _) in day.iter().zip(rank).zip(cyclic).filter(|(_, cyclic)| *cyclic) {
            members.entry(rank).or_default().push(given.predecessor);
        }
        found.extend(members.into_values().map(|codes| (date, codes)));
    }
    found
}

/// How much of each predecessor went over on each day on which any of it did.
pub(crate) fn given(successions: &[Succession]) -> Vec<(NaiveDate, &OdsCode, Decimal)> {
    let days = by_day(successions.iter()).into_values().flatten();
    // What is no share is refused by itself.
    let share = |part: &&Succession| part.share.clamp(Decimal::ZERO, Decimal::from_whole(1));
    let all = |parts: &[&Succession]| parts.iter().map(share).fold(Decimal::ZERO, |sum, share| sum + share);
    days.map(|given| (given.date, given.predecessor, all(&given.parts))).collect()
}

fn by_day<'s>(successions: impl Iterator<Item = &'s Succession>) -> BTreeMap<NaiveDate, Vec<Given<'s>>> {
    let mut given = BTreeMap::<(NaiveDate, &OdsCode), Vec<&Succession>>::new();
    for succession in successions {
        given.entry((succession.date, &succession.predecessor)).or_default().push(succession);
    }
    let mut days = BTreeMap::<_, Vec<_>>::new();
    for ((date, predecessor), parts) in given {
        days.entry(date).or_default().push(Given { date, predecessor, parts });
    }
    days
}

/// The rank of each predecessor of a day, greater than that of whom it gives to; and whether it stands in a cycle.
fn ranks(day: &[Given<'_>]) -> (Vec<usize>, Vec<bool>) {
    let place = |code: &OdsCode| day.binary_search_by(|given| given.predecessor.cmp(code)).ok();
    let gives_to = |given: &Given<'_>| given.parts.iter().filter_map(|part| place(&part.successor)).collect();
    let edges: Vec<Vec<usize>> = day.iter().map(gives_to).collect();
    let rank = components(&edges);
    let in_cycle =
        |at: usize| edges[at].contains(&at) || rank.iter().filter(|other| **other == rank[at]).count() > 1;
    let cyclic = (0..day.len()).map(in_cycle).collect();
    (rank, cyclic)
}
