//! The months up to the report's, side by side: what is drawn, and the same numbers in tables.

use crate::{
    Publication,
    parts::{Table, shown_index, shown_rate},
};
use onus_burden::{NationalMonth, Ratio};
use onus_chart::{Caption, Chart, Series, course};
use onus_domain::display::{self, hours};

/// Months shown: a year, and the month a year ago to compare with.
const MONTHS: i32 = 13;

/// A chart with what it shows in words. The numbers of both charts stand in [`table`].
pub(super) struct Drawn {
    pub heading: &'static str,
    pub sentence: String,
    pub chart: Option<Chart>,
}

/// The months up to the publication's, first first.
pub(super) fn months(publication: &Publication<'_>) -> Vec<NationalMonth> {
    (1 - MONTHS..=0).map(|step| publication.burden.national_month(publication.month.plus(step))).collect()
}

fn labels(months: &[NationalMonth]) -> Vec<String> {
    months.iter().map(|row| row.month.in_short()).collect()
}

/// Whether some re-estimation moved the index without links in these months.
fn is_linked(months: &[NationalMonth]) -> bool {
    months.iter().any(|row| row.index != row.index_as_published)
}

pub(super) fn index(months: &[NationalMonth], base_month: &str) -> Drawn {
    let value = |of: Option<&Ratio>| of.map(Ratio::to_f64);
    let linked = months.iter().map(|row| value(row.index.as_ref())).collect();
    let mut series = vec![Series { name: "Burden index".into(), values: linked }];
    if is_linked(months) {
        let values = months.iter().map(|row| value(row.index_as_published.as_ref())).collect();
        series.push(Series { name: "Without links over re-estimation".into(), values });
    }
    let known = months.iter().filter_map(|row| Some((row.month, row.index.as_ref()?.to_f64())));
    let course = course("the national index", known, display::index);
    let sentence = course
        .unwrap_or_else(|| format!("There is no index: nothing was asked in the 12 months to {base_month}."));
    let caption = Caption {
        id: "index-chart",
        title: format!("National burden index by month, {base_month} = 100"),
        description: sentence.clone(),
    };
    Drawn { heading: "Burden index", sentence, chart: Chart::lines(caption, &labels(months), &series, 1.0) }
}

pub(super) fn worked(months: &[NationalMonth]) -> Drawn {
    let values = months.iter().map(|row| Some(row.hours.to_f64())).collect();
    let sentence = most_and_least(months).unwrap_or_default();
    let caption = Caption {
        id: "hours-chart",
        title: "Hours of work by month, all providers".into(),
        description: sentence.clone(),
    };
    let series = Series { name: "Hours of the month".into(), values };
    Drawn { heading: "Hours of work", sentence, chart: Chart::bars(caption, &labels(months), &series) }
}

/// The numbers of the charts, and the rate beside them.
pub(super) fn table(months: &[NationalMonth], base_month: &str) -> Table {
    let linked = is_linked(months);
    let mut head =
        vec!["Month", "Index", "Hours of the month", "Hours of 12 months", "Submit-once rate, strict"];
    if linked {
        head.insert(2, "Index without links");
    }
    let rows = months.iter().map(|row| {
        let mut cells = vec![
            row.month.in_short(),
            shown_index(row.index.as_ref()),
            hours(row.hours.to_f64()),
            hours(row.hours_12m.to_f64()),
            shown_rate(row.content().rate_strict()),
        ];
        if linked {
            cells.insert(2, shown_index(row.index_as_published.as_ref()));
        }
        cells
    });
    let caption = format!("Burden index ({base_month} = 100) and hours of work by month, all providers");
    Table { caption, words: 1, rows: rows.collect(), head }
}

/// Hours of single months go up and down with what is due: their range says more than their ends.
fn most_and_least(months: &[NationalMonth]) -> Option<String> {
    let least = months.iter().min_by(|a, b| a.hours.cmp(&b.hours))?;
    // Of several alike the first, as above.
    let most = months.iter().rev().max_by(|a, b| a.hours.cmp(&b.hours))?;
    let shown = |row: &NationalMonth| format!("{} in {}", hours(row.hours.to_f64()), row.month.in_words());
    Some(if least.hours == most.hours {
        format!("Every month took {} hours.", hours(least.hours.to_f64()))
    } else {
        format!("Hours of a month range from {} to {}, with what falls due in it.", shown(least), shown(most))
    })
}
