//! How the periods of several entries stand to each other: what is asked for one period by several, and what is asked over shorter ones.

use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The periods of an entry, by number of span, in order.
pub(crate) type Beat = Vec<u32>;

/// Periods of a question that are alike: asked for by the same beats, and within which the same ask over shorter periods.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// The beats that ask for them, a bit each.
    pub members: u64,
    /// The beats that ask for periods within them.
    pub inner: u64,
    /// Whether some of those tile them exactly.
    pub tiled: bool,
    /// Whether one of those ends with them.
    pub ends: bool,
    /// How many there are.
    pub periods: u64,
}

/// Most beats of a combination: a bit each.
pub(crate) const MOST_BEATS: usize = 64;

/// The cells of several beats, at most [`MOST_BEATS`].
pub(crate) fn cells(spans: &[(NaiveDate, NaiveDate)], beats: &[&Beat]) -> Vec<Cell> {
    let mut asking = BTreeMap::<u32, u64>::new();
    for (bit, beat) in beats.iter().enumerate() {
        for span in *beat {
            *asking.entry(*span).or_default() |= 1 << bit;
        }
    }
    let mut alike = BTreeMap::<(u64, u64, bool, bool), u64>::new();
    for (span, members) in &asking {
        let own = spans[*span as usize];
        let within = asking.iter().map(|(other, beats)| (spans[*other as usize], *beats));
        let within = within.filter(|((from, to), _)| own.0 <= *from && *to <= own.1 && (*from, *to) != own);
        let (mut inner, mut ends, mut reached) = (0, false, vec![own.0]);
        // Spans are in order of first day, so that whatever leads to a day was looked at before it.
        for ((from, to), beats) in within {
            inner |= beats;
            ends |= to == own.1;
            if reached.contains(&from) {
                reached.extend(to.succ_opt());
            }
        }
        let tiled = own.1.succ_opt().is_some_and(|next| reached.contains(&next));
        *alike.entry((*members, inner, tiled, ends)).or_default() += 1;
    }
    let cell = |((members, inner, tiled, ends), periods)| Cell { members, inner, tiled, ends, periods };
    alike.into_iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_tile_their_quarter_and_end_with_it() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let spans = [
            (day("2024-01-01"), day("2024-01-31")),
            (day("2024-01-01"), day("2024-03-31")),
            (day("2024-02-01"), day("2024-02-29")),
            (day("2024-03-01"), day("2024-03-31")),
            (day("2024-04-01"), day("2024-06-30")),
        ];
        let (months, quarters, march) = (vec![0, 2, 3], vec![1, 4], vec![3]);
        let cell = |members, inner, tiled, ends, periods| Cell { members, inner, tiled, ends, periods };
        assert_eq!(
            cells(&spans, &[&months, &quarters]),
            [cell(1, 0, false, false, 3), cell(2, 0, false, false, 1), cell(2, 1, true, true, 1)]
        );
        assert_eq!(
            cells(&spans, &[&quarters, &march]),
            [cell(1, 0, false, false, 1), cell(1, 2, false, true, 1), cell(2, 0, false, false, 1)]
        );
    }
}
