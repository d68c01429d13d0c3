//! A matrix as SVG: how much each has in common with each other.

use crate::{
    Caption, places,
    svg::{Escaped, close, open_sized, text},
};
use std::fmt::{self, Display, Formatter};

/// Side of a cell.
const CELL: f64 = 34.0;
/// Room for what rows are called.
const SIDE: f64 = 300.0;
/// Room for the numbers above.
const TOP: f64 = 30.0;
/// Letters of a row's name that fit.
const LETTERS: usize = 32;
/// Rows that there is room for.
const MOST: usize = 20;
/// Shades, from some to most.
const SHADES: [&str; 4] = ["0.2", "0.45", "0.7", "1"];

/// Amounts of pairs: rows and columns are the same, so that half of it says all.
#[derive(Debug, Clone)]
pub struct Matrix {
    caption: Caption,
    names: Vec<String>,
    /// Row, column and shade of what is more than nothing.
    cells: Vec<(usize, usize, usize)>,
}

impl Matrix {
    /// Of pairs of things, most in common first: of so many that there is room for, and at least two.
    #[expect(clippy::cast_precision_loss, reason = "a shade")]
    pub fn of<T: PartialEq>(
        caption: Caption,
        pairs: impl Iterator<Item = (T, T, u64)> + Clone,
        name: impl Fn(&T) -> String,
    ) -> Option<Self> {
        let mut things: Vec<T> = vec![];
        for (one, other, _) in pairs.clone() {
            for thing in [one, other] {
                if things.len() < MOST && !things.contains(&thing) {
                    things.push(thing);
                }
            }
        }
        if things.len() < 2 {
            return None;
        }
        let place = |of: &T| things.iter().position(|thing| thing == of);
        let drawn = |(one, other, amount): (T, T, u64)| Some((place(&one)?, place(&other)?, amount as f64));
        let amounts: Vec<_> = pairs.filter_map(drawn).filter(|(.., amount)| *amount > 0.0).collect();
        let most = amounts.iter().map(|(.., amount)| *amount).fold(0.0, f64::max);
        // Amounts differ by magnitudes: each shade is ten times the one before.
        let shade = |amount: f64| {
            let below = (1..SHADES.len()).rev().find(|steps| amount < most / 10_f64.powi(exponent(*steps)));
            SHADES.len() - 1 - below.unwrap_or(0)
        };
        // The same pair either way is one.
        let cell =
            |(one, other, amount): (usize, usize, f64)| (one.max(other), one.min(other), shade(amount));
        let cells: Vec<_> = amounts.into_iter().map(cell).collect();
        (!cells.is_empty()).then(|| Self { caption, names: things.iter().map(name).collect(), cells })
    }
}

/// As much of a name as fits, to a whole word.
fn shortened(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    // One more than fits tells whether a word ends there.
    let fits: String = name.chars().take(LETTERS).collect();
    let whole = fits.rsplit_once(' ').map_or(name, |(whole, _)| whole);
    format!("{}…", whole.chars().take(LETTERS - 1).collect::<String>())
}

fn exponent(steps: usize) -> i32 {
    i32::try_from(steps).unwrap_or(i32::MAX)
}

impl Display for Matrix {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let count = places(self.names.len());
        open_sized(f, &self.caption, (SIDE + CELL * count + 4.0, TOP + CELL * count + 4.0))?;
        let middle = |place: usize| CELL * (places(place) + 0.5);
        for (place, name) in self.names.iter().enumerate() {
            let name = shortened(name);
            let (y, x) = (TOP + middle(place), SIDE + middle(place));
            writeln!(
                f,
                r#"<text {} x="0" y="{y}" dy="0.35em">{} {}</text>"#,
                text(false),
                place + 1,
                Escaped(&name)
            )?;
            writeln!(
                f,
                r#"<text {} x="{x}" y="{}" text-anchor="middle">{}</text>"#,
                text(false),
                TOP - 8.0,
                place + 1
            )?;
            for column in 0..=place {
                let (x, y) = (SIDE + CELL * places(column), TOP + CELL * places(place));
                writeln!(
                    f,
                    r##"<rect class="onus-chart__cell" x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="none" stroke="#d8dde0"/>"##
                )?;
            }
        }
        for (row, column, shade) in &self.cells {
            let (x, y) = (SIDE + CELL * places(*column) + 2.0, TOP + CELL * places(*row) + 2.0);
            let (size, opacity) = (CELL - 4.0, SHADES[*shade]);
            writeln!(
                f,
                r##"<rect class="onus-chart__bar" x="{x}" y="{y}" width="{size}" height="{size}" fill="#005eb8" fill-opacity="{opacity}"/>"##
            )?;
        }
        close(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(pairs: &[(&'static str, &'static str, u64)]) -> Option<Matrix> {
        let caption = Caption { id: "m", title: "t".into(), description: "d".into() };
        Matrix::of(caption, pairs.iter().copied(), |name| (*name).to_owned())
    }

    #[test]
    fn each_pair_is_one_cell_below_the_diagonal_and_shades_tell_magnitudes() {
        let made =
            matrix(&[("A", "B <b>", 1_000), ("C", "B <b>", 99), ("C", "C", 1), ("A", "C", 0)]).unwrap();
        assert_eq!(made.cells, [(1, 0, 3), (2, 1, 2), (2, 2, 1)]);
        let svg = made.to_string();
        assert_eq!(svg.matches("onus-chart__cell").count(), 6);
        assert!(svg.contains("B &#60;b&#62;") && !svg.contains("<b>"), "{svg}");
    }

    #[test]
    fn a_matrix_has_room_for_those_with_most_in_common() {
        let caption = || Caption { id: "m", title: "t".into(), description: "d".into() };
        let pairs = (0..40_u64).map(|n| (n, n + 1, 100 - n));
        let made = Matrix::of(caption(), pairs, ToString::to_string).unwrap();
        assert_eq!((made.names.len(), made.names[0].as_str(), made.cells.len()), (MOST, "0", MOST - 1));
        assert!(Matrix::of(caption(), [(1, 1, 5)].into_iter(), ToString::to_string).is_none());
    }

    #[test]
    fn a_long_name_ends_at_a_word() {
        assert_eq!(shortened("Department of Health and Social Care"), "Department of Health and Social…");
        assert_eq!(shortened("NHS England"), "NHS England");
    }

    #[test]
    fn nothing_in_common_is_no_matrix() {
        assert!(matrix(&[]).is_none() && matrix(&[("A", "B", 0), ("B", "C", 0)]).is_none());
    }
}
