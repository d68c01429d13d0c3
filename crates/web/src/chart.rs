//! Line charts as SVG: the places of everything in them. The numbers stand in a table beside.

/// Size of the drawing in its own units.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 260.0;
/// Room for labels.
const LEFT: f64 = 56.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 36.0;

/// One line of a chart: a name and a value for each place along the bottom, where there is one.
#[derive(Debug, Clone)]
pub struct Series {
    /// What it shows.
    pub name: String,
    /// Its values, first first.
    pub values: Vec<Option<f64>>,
}

/// A mark on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// How far along the axis, in the drawing's units.
    pub at: String,
    /// What stands there.
    pub label: String,
    /// Whether it may be left out where there is little room.
    pub minor: bool,
}

/// One line, drawn.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it shows.
    pub name: String,
    /// Class of its look: its place among the lines, from 1.
    pub look: usize,
    /// SVG path data, with gaps where there is no value.
    pub path: String,
    /// Its points.
    pub dots: Vec<(String, String)>,
}

/// A line chart, drawn.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Its key on the page, for the labels of its title and description.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// What is to be seen in it, in a sentence.
    pub description: String,
    /// Marks up the side.
    pub rows: Vec<Tick>,
    /// Marks along the bottom.
    pub columns: Vec<Tick>,
    /// The lines.
    pub lines: Vec<Line>,
}

impl Chart {
    /// Draws `series` over `labels`. `None` if there are not two values to join.
    pub fn draw(
        id: &'static str,
        title: String,
        description: String,
        labels: &[String],
        series: &[Series],
    ) -> Option<Self> {
        let values = || series.iter().flat_map(|one| one.values.iter().flatten()).filter(|v| v.is_finite());
        if labels.len() < 2 || values().count() < 2 {
            return None;
        }
        let least = values().copied().fold(f64::INFINITY, f64::min);
        let most = values().copied().fold(f64::NEG_INFINITY, f64::max);
        let scale = Scale::around(least, most);
        #[expect(clippy::cast_precision_loss, reason = "a chart has few columns")]
        let x = |at: usize| LEFT + (WIDTH - LEFT - RIGHT) * at as f64 / (labels.len() - 1) as f64;
        let every = labels.len().div_ceil(7);
        let columns = labels.iter().enumerate().step_by(every);
        Some(Self {
            id,
            title,
            description,
            rows: scale.ticks(),
            columns: columns
                .enumerate()
                .map(|(place_of, (at, label))| Tick {
                    at: place(x(at)),
                    label: label.clone(),
                    minor: place_of % 2 == 1,
                })
                .collect(),
            lines: series.iter().enumerate().map(|(at, one)| Line::draw(one, at + 1, x, &scale)).collect(),
        })
    }

    /// The drawing's width, in its own units.
    pub fn width(&self) -> f64 {
        WIDTH
    }

    /// The drawing's height, in its own units.
    pub fn height(&self) -> f64 {
        HEIGHT
    }

    /// Where the plot begins on the left, and ends on the right and at the bottom.
    pub fn frame(&self) -> (f64, f64, f64) {
        (LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM)
    }
}

impl Line {
    fn draw(series: &Series, look: usize, x: impl Fn(usize) -> f64, scale: &Scale) -> Self {
        let mut path = String::new();
        let mut dots = vec![];
        let mut joined = false;
        for (at, value) in series.values.iter().enumerate() {
            let Some(value) = value.filter(|value| value.is_finite()) else {
                joined = false;
                continue;
            };
            let (left, top) = (place(x(at)), place(scale.y(value)));
            for part in [if joined { "L" } else { "M" }, &left, " ", &top] {
                path.push_str(part);
            }
            dots.push((left, top));
            joined = true;
        }
        Self { name: series.name.clone(), look, path, dots }
    }
}

/// From values to heights.
struct Scale {
    least: f64,
    step: f64,
    steps: u8,
}

impl Scale {
    /// Round steps (1, 2 or 5 times a power of ten) from below `least` to above `most`, four or so.
    fn around(least: f64, most: f64) -> Self {
        let range = if most > least { most - least } else { most.abs().max(1.0) };
        let rough = range / 4.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|one| one * power >= rough).unwrap_or(10.0) * power;
        let first = (least / step).floor() * step;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most six steps")]
        let steps = ((most - first) / step).ceil().clamp(1.0, 9.0) as u8;
        Self { least: first, step, steps }
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value - self.least) / (self.step * f64::from(self.steps));
        TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - share)
    }

    fn ticks(&self) -> Vec<Tick> {
        let places = if self.step >= 1.0 {
            0
        } else if self.step >= 0.1 {
            1
        } else {
            2
        };
        let value = |at: u8| self.least + self.step * f64::from(at);
        (0..=self.steps)
            .map(|at| Tick {
                at: place(self.y(value(at))),
                label: onus_domain::display::number(value(at), places),
                minor: false,
            })
            .collect()
    }
}

fn place(at: f64) -> String {
    format!("{at:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(values: &[Option<f64>]) -> Option<Chart> {
        let labels: Vec<_> = (0..values.len()).map(|at| format!("m{at}")).collect();
        let series = [Series { name: "it".into(), values: values.to_vec() }];
        Chart::draw("c", "t".into(), "d".into(), &labels, &series)
    }

    #[test]
    fn every_point_lies_within_the_frame_and_every_tick_is_round() {
        for values in [[98.2, 101.7, 99.0], [0.0, 0.0, 0.0], [1e9, 3e9, 2e9], [-5.0, 5.0, 0.0]] {
            let chart = draw(&values.map(Some)).unwrap();
            let (left, right, bottom) = chart.frame();
            for (x, y) in &chart.lines[0].dots {
                let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
                assert!((left..=right).contains(&x) && (TOP..=bottom).contains(&y), "{values:?}: {x} {y}");
            }
            assert!((2..=10).contains(&chart.rows.len()), "{:?}", chart.rows);
        }
        let labels: Vec<_> =
            draw(&[Some(98.2), Some(101.7)]).unwrap().rows.into_iter().map(|t| t.label).collect();
        assert_eq!(labels, ["98", "99", "100", "101", "102"]);
    }

    #[test]
    fn a_missing_value_is_a_gap() {
        let chart = draw(&[Some(1.0), Some(2.0), None, Some(3.0), Some(f64::NAN)]).unwrap();
        assert_eq!(chart.lines[0].path.matches('M').count(), 2);
        assert_eq!(chart.lines[0].dots.len(), 3);
    }

    #[test]
    fn one_value_is_no_chart() {
        assert!(draw(&[Some(1.0)]).is_none() && draw(&[None, None]).is_none() && draw(&[]).is_none());
    }
}
