//! Charts as SVG, for pages and for the month's report. A chart is a picture beside a table: the same numbers stand in the table.
//!
//! The SVG needs nothing but itself: no script, no style sheet, no other file. Its classes are there for a page that wants larger labels
//! on a small screen or the colours of a reader's own.

mod matrix;
mod scale;
mod svg;

pub use matrix::Matrix;

use onus_domain::Month;
use scale::{RIGHT, Scale, WIDTH};

/// Values for each place along the bottom, where there is one.
#[derive(Debug, Clone)]
pub struct Series {
    /// What it shows.
    pub name: String,
    /// Its values, first first.
    pub values: Vec<Option<f64>>,
}

/// What a chart says of itself to those who do not see it.
#[derive(Debug, Clone)]
pub struct Caption {
    /// Its key on the page: letters, digits and hyphens, once a page.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// What is to be seen in it, in a sentence.
    pub description: String,
}

/// A chart, laid out. It is shown as SVG, with a legend if it has several lines.
#[derive(Debug, Clone)]
pub struct Chart {
    caption: Caption,
    /// Where the plot begins: right of the longest label up the side.
    left: f64,
    /// Marks up the side.
    rows: Vec<Tick>,
    /// Marks along the bottom.
    columns: Vec<Tick>,
    lines: Vec<Line>,
    bars: Vec<Bar>,
}

/// A mark on an axis.
#[derive(Debug, Clone, PartialEq)]
struct Tick {
    /// How far along the axis.
    at: f64,
    /// What stands there.
    label: String,
    /// Whether it may be left out where there is little room.
    minor: bool,
}

/// One line: its points, in runs that are joined. Where there is no value there is a gap.
#[derive(Debug, Clone)]
struct Line {
    name: String,
    runs: Vec<Vec<(f64, f64)>>,
}

/// One bar.
#[derive(Debug, Clone)]
struct Bar {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Chart {
    /// Lines over `labels`, for what stands at each moment: its change is what counts, and the side need not begin at nothing. The side has
    /// no steps smaller than `finest`, above 0, so that the chart does not make much of a difference that readers of the table cannot see.
    /// `None` if there are not two values to join.
    pub fn lines(caption: Caption, labels: &[String], series: &[Series], finest: f64) -> Option<Self> {
        let (least, most) = bounds(labels, series)?;
        let scale = Scale::around(least, most, finest);
        let (rows, left) = side(&scale);
        let step = (WIDTH - left - RIGHT) / places(labels.len() - 1);
        let x = |at: usize| left + step * places(at);
        let lines = series.iter().map(|one| Line::new(one, x, &scale)).collect();
        Some(Self { caption, left, rows, columns: columns(labels, x), lines, bars: vec![] })
    }

    /// Bars over `labels`, for amounts of each stretch of time: their lengths are compared, so the side begins at nothing. `None` if there
    /// are not two values to compare.
    pub fn bars(caption: Caption, labels: &[String], series: &Series) -> Option<Self> {
        let (least, most) = bounds(labels, std::slice::from_ref(series))?;
        let scale = Scale::around(least.min(0.0), most.max(0.0), 0.0);
        let (rows, left) = side(&scale);
        let step = (WIDTH - left - RIGHT) / places(labels.len());
        let x = |at: usize| left + step * (places(at) + 0.5);
        let bar = |(at, value): (usize, &Option<f64>)| {
            let value = value.filter(|value| value.is_finite())?;
            let (one, other) = (scale.y(value), scale.y(0.0));
            let width = step * 0.7;
            Some(Bar { left: x(at) - width / 2.0, top: one.min(other), width, height: (one - other).abs() })
        };
        let bars = series.values.iter().enumerate().filter_map(bar).collect();
        Some(Self { caption, left, rows, columns: columns(labels, x), lines: vec![], bars })
    }
}

impl Line {
    fn new(series: &Series, x: impl Fn(usize) -> f64, scale: &Scale) -> Self {
        let points: Vec<_> = series
            .values
            .iter()
            .enumerate()
            .map(|(at, value)| value.filter(|value| value.is_finite()).map(|value| (x(at), scale.y(value))))
            .collect();
        let runs = points.split(Option::is_none).filter(|run| !run.is_empty());
        Self {
            name: series.name.clone(),
            runs: runs.map(|run| run.iter().copied().flatten().collect()).collect(),
        }
    }
}

/// The least and the greatest value; `None` if there are not two.
fn bounds(labels: &[String], series: &[Series]) -> Option<(f64, f64)> {
    let values = || series.iter().flat_map(|one| one.values.iter().flatten()).filter(|v| v.is_finite());
    let least = values().copied().fold(f64::INFINITY, f64::min);
    let most = values().copied().fold(f64::NEG_INFINITY, f64::max);
    (labels.len() >= 2 && values().count() >= 2).then_some((least, most))
}

/// The marks up the side, and where the plot begins beside them: at their largest, labels are 21 high and a digit 12 wide.
fn side(scale: &Scale) -> (Vec<Tick>, f64) {
    let rows = scale.ticks();
    let longest = rows.iter().map(|tick| tick.label.chars().count()).max().unwrap_or_default();
    (rows, (12.0 * places(longest) + 12.0).max(56.0))
}

/// At most five labels along the bottom, every other one minor.
fn columns(labels: &[String], x: impl Fn(usize) -> f64) -> Vec<Tick> {
    let every = labels.len().saturating_sub(1).div_ceil(4).max(1);
    let shown = labels.iter().enumerate().step_by(every).enumerate();
    shown
        .map(|(place, (at, label))| Tick { at: x(at), label: label.clone(), minor: place % 2 == 1 })
        .collect()
}

/// What is to be seen in a series, in a sentence: from where it comes and where it stands. `None` without a value.
pub fn course(
    what: &str,
    points: impl IntoIterator<Item = (Month, f64)>,
    show: fn(f64) -> String,
) -> Option<String> {
    let mut points = points.into_iter();
    let first = points.next()?;
    let last = points.last().unwrap_or(first);
    let (from, to) = (show(first.1), show(last.1));
    let moves = if from == to {
        "stands at"
    } else if first.1 < last.1 {
        "rises to"
    } else {
        "falls to"
    };
    Some(format!("From {from} in {}, {what} {moves} {to} in {}.", first.0.in_words(), last.0.in_words()))
}

#[expect(clippy::cast_precision_loss, reason = "a chart has few columns")]
fn places(at: usize) -> f64 {
    at as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::display;
    use scale::{BOTTOM, HEIGHT, TOP};

    fn series(values: &[Option<f64>]) -> (Vec<String>, Series) {
        let labels = (0..values.len()).map(|at| format!("m{at}")).collect();
        (labels, Series { name: "it".into(), values: values.to_vec() })
    }

    fn caption() -> Caption {
        Caption { id: "c", title: "t".into(), description: "d".into() }
    }

    fn lines(values: &[Option<f64>]) -> Option<Chart> {
        let (labels, series) = series(values);
        Chart::lines(caption(), &labels, &[series], 0.01)
    }

    fn bars(values: &[Option<f64>]) -> Option<Chart> {
        let (labels, series) = series(values);
        Chart::bars(caption(), &labels, &series)
    }

    const VALUES: [[f64; 3]; 4] = [[98.2, 101.7, 99.0], [0.0, 0.0, 0.0], [1e9, 3e9, 2e9], [-5.0, 5.0, 0.0]];

    #[test]
    fn every_point_lies_within_the_frame_and_every_tick_is_round() {
        for values in VALUES {
            let chart = lines(&values.map(Some)).unwrap();
            for (x, y) in chart.lines[0].runs.iter().flatten() {
                let inside = (chart.left..=WIDTH - RIGHT).contains(x) && (TOP..=HEIGHT - BOTTOM).contains(y);
                assert!(inside, "{values:?}: {x} {y}");
            }
            assert!((2..=10).contains(&chart.rows.len()), "{:?}", chart.rows);
        }
        let labels: Vec<_> =
            lines(&[Some(98.2), Some(101.7)]).unwrap().rows.into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels, ["98", "99", "100", "101", "102"]);
    }

    #[test]
    fn a_difference_too_small_to_be_read_is_not_drawn_large() {
        let (labels, series) = series(&[Some(100.02), Some(100.04)]);
        let chart = Chart::lines(caption(), &labels, &[series], 1.0).unwrap();
        let rows: Vec<_> = chart.rows.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(rows, ["98", "99", "100", "101", "102"]);
        let heights: Vec<_> = chart.lines[0].runs[0].iter().map(|(_, y)| *y).collect();
        let middle = f64::midpoint(TOP, HEIGHT - BOTTOM);
        assert!(heights.iter().all(|y| (y - middle).abs() < 3.0), "{heights:?}");
    }

    #[test]
    fn labels_along_the_bottom_are_few_and_those_of_a_year_have_its_ends() {
        let labels: Vec<String> = (0..13).map(|at| at.to_string()).collect();
        let values = (0..13).map(|at| Some(f64::from(at))).collect();
        let chart = Chart::bars(caption(), &labels, &Series { name: "it".into(), values }).unwrap();
        let shown: Vec<_> = chart.columns.iter().map(|tick| (tick.label.as_str(), tick.minor)).collect();
        assert_eq!(shown, [("0", false), ("3", true), ("6", false), ("9", true), ("12", false)]);
    }

    #[test]
    fn bars_stand_on_nothing_within_the_frame_and_are_as_long_as_their_values() {
        for values in VALUES {
            let chart = bars(&values.map(Some)).unwrap();
            assert!(
                chart.rows.iter().any(|tick| ["0", "0.0"].contains(&tick.label.as_str())),
                "{:?}",
                chart.rows
            );
            for bar in &chart.bars {
                assert!(bar.left >= chart.left && bar.left + bar.width <= WIDTH - RIGHT, "{values:?}");
                assert!(
                    bar.top >= TOP - 0.01 && bar.top + bar.height <= HEIGHT - BOTTOM + 0.01,
                    "{values:?}"
                );
            }
        }
        let lengths: Vec<_> =
            bars(&[Some(1.0), Some(2.0), Some(4.0)]).unwrap().bars.iter().map(|b| b.height).collect();
        assert!((lengths[1] - 2.0 * lengths[0]).abs() < 1e-9 && (lengths[2] - 4.0 * lengths[0]).abs() < 1e-9);
    }

    #[test]
    fn a_missing_value_is_a_gap() {
        let values = [Some(1.0), Some(2.0), None, Some(3.0), Some(f64::NAN)];
        let runs: Vec<_> = lines(&values).unwrap().lines[0].runs.iter().map(Vec::len).collect();
        assert_eq!(runs, [2, 1]);
        assert_eq!(bars(&values).unwrap().bars.len(), 3);
    }

    #[test]
    fn the_course_of_a_series_is_told_as_it_is_shown() {
        let point = |month: &str, value| (month.parse::<Month>().unwrap(), value);
        let told = |values: &[f64]| {
            let points = values
                .iter()
                .zip(["2026-01", "2026-02", "2026-03"])
                .map(|(value, month)| point(month, *value));
            course("the index", points, display::index)
        };
        let rises = "From 100.0 in January 2026, the index rises to 101.0 in March 2026.";
        assert_eq!(told(&[100.0, 90.0, 101.0]).unwrap(), rises);
        assert!(told(&[100.0, 99.0]).unwrap().contains("falls to 99.0 in February 2026"));
        assert!(told(&[100.0, 100.01]).unwrap().contains("stands at 100.0"));
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn one_value_is_no_chart() {
        for values in [vec![Some(1.0)], vec![None, None], vec![]] {
            assert!(lines(&values).is_none() && bars(&values).is_none());
        }
    }
}
