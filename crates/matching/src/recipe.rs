//! Recipes: how answers to one definition make the answer to another. A recipe runs on records and so proves itself; what never rolls up
//! is refused with the facet that is missing.

use crate::{pair::Pair, prepare::Prepared, profile::Statistic, relate::Finding};
use onus_domain::relation::Relation;
use std::collections::BTreeMap;
use std::fmt;

/// One step of a recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Keeps the rows whose facet has this value.
    Filter {
        /// The facet.
        facet: String,
        /// The value.
        value: String,
    },
    /// Adds the values of rows that differ in this facet alone.
    Sum {
        /// The facet that goes.
        over: String,
    },
    /// Counts single cases.
    Count,
    /// Takes a statistic of single cases.
    Take(Statistic),
    /// One figure over the other, times the base.
    Divide {
        /// What it is per: 100 for a percentage.
        per: u32,
    },
    /// The whole less the value, of a percentage.
    Complement,
    /// Calls it by another name.
    Rename {
        /// The new name.
        to: String,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filter { facet, value } => write!(f, "keep the rows whose {facet} is {value}"),
            Self::Sum { over } => write!(f, "add up over {over}"),
            Self::Count => f.write_str("count the cases"),
            Self::Take(statistic) => {
                write!(f, "take the {} of the cases", format!("{statistic:?}").to_lowercase())
            }
            Self::Divide { per } => write!(f, "divide the part by the whole, times {per}"),
            Self::Complement => f.write_str("take it from 100"),
            Self::Rename { to } => write!(f, "call it “{to}”"),
        }
    }
}

/// A recipe, or the facet that is missing for one.
pub type Made = Result<Vec<Step>, String>;

/// How the one that can be computed is made of the other; or what is missing.
pub fn recipe(pair: &Pair<'_>, finding: &Finding) -> Made {
    let target = match finding.relation {
        Relation::DerivableLeftFromRight | Relation::Narrower => pair.sides().0,
        Relation::DerivableRightFromLeft | Relation::Broader => pair.sides().1,
        _ => return Err(refusal(finding)),
    };
    let mut steps = match finding.facet {
        "frequency" => vec![Step::Sum { over: "period".to_owned() }],
        "grain" => vec![Step::Sum { over: "level".to_owned() }],
        "breakdown" => vec![Step::Sum { over: "category".to_owned() }],
        "rate_from_parts" => {
            vec![Step::Divide { per: if target.statistic() == Statistic::Proportion { 100 } else { 1 } }]
        }
        "complement" => vec![Step::Complement],
        "aggregation" if target.statistic() == Statistic::Count => vec![Step::Count],
        "aggregation" => vec![Step::Take(target.statistic())],
        facet if matches!(finding.relation, Relation::Narrower | Relation::Broader) => {
            return Err(format!("{facet}: the answers do not say which cases meet it ({})", finding.words));
        }
        facet => return Err(format!("{facet}: no recipe")),
    };
    steps.push(Step::Rename { to: target.title().to_owned() });
    Ok(steps)
}

fn refusal(finding: &Finding) -> String {
    match finding.facet {
        "frequency" => format!(
            "{}: values of these periods do not make one of the other ({})",
            finding.facet, finding.words
        ),
        "grain" | "aggregation" | "breakdown" => {
            format!(
                "{}: these values do not add up without the counts beneath ({})",
                finding.facet, finding.words
            )
        }
        _ => format!("{}: {}", finding.facet, finding.words),
    }
}

/// A row of answers: its facets and its value; of a share also its whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Facets with their values.
    pub facets: BTreeMap<String, String>,
    /// The value, or the part.
    pub value: f64,
    /// The whole.
    pub whole: f64,
}

/// Runs a recipe on rows.
pub fn run(steps: &[Step], rows: &[Row]) -> Vec<Row> {
    steps.iter().fold(rows.to_vec(), |rows, step| run_step(step, rows))
}

fn run_step(step: &Step, rows: Vec<Row>) -> Vec<Row> {
    match step {
        Step::Filter { facet, value } => {
            rows.into_iter().filter(|row| row.facets.get(facet) == Some(value)).collect()
        }
        Step::Sum { over } => {
            let mut out: BTreeMap<BTreeMap<String, String>, (f64, f64)> = BTreeMap::new();
            for row in rows {
                let mut facets = row.facets;
                facets.remove(over);
                let sum = out.entry(facets).or_default();
                *sum = (sum.0 + row.value, sum.1 + row.whole);
            }
            out.into_iter().map(|(facets, (value, whole))| Row { facets, value, whole }).collect()
        }
        Step::Count => vec![Row { facets: BTreeMap::new(), value: length(&rows), whole: 0.0 }],
        Step::Take(statistic) => {
            vec![Row { facets: BTreeMap::new(), value: take(*statistic, &rows), whole: 0.0 }]
        }
        Step::Divide { per } => rows
            .into_iter()
            .map(|row| Row { value: f64::from(*per) * row.value / row.whole, whole: 0.0, ..row })
            .collect(),
        Step::Complement => rows.into_iter().map(|row| Row { value: 100.0 - row.value, ..row }).collect(),
        Step::Rename { .. } => rows,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
fn length(rows: &[Row]) -> f64 {
    rows.len() as f64
}

fn take(statistic: Statistic, rows: &[Row]) -> f64 {
    let mut values: Vec<f64> = rows.iter().map(|row| row.value).collect();
    values.sort_by(f64::total_cmp);
    let sum: f64 = values.iter().sum();
    match statistic {
        Statistic::Mean => sum / length(rows).max(1.0),
        Statistic::Median => {
            let (low, high) = (values.len().saturating_sub(1) / 2, values.len() / 2);
            let at = |place: usize| values.get(place).copied().unwrap_or(0.0);
            f64::midpoint(at(low), at(high))
        }
        Statistic::Maximum => values.last().copied().unwrap_or(0.0),
        Statistic::Minimum => values.first().copied().unwrap_or(0.0),
        Statistic::Proportion => {
            100.0 * rows.iter().filter(|row| row.value > 0.0).map(|_| 1.0).sum::<f64>()
                / length(rows).max(1.0)
        }
        Statistic::Sum => sum,
        _ => length(rows),
    }
}

impl Prepared {
    /// Its name, as given.
    pub fn title(&self) -> &str {
        &self.shown
    }

    /// What kind of figure it asks for.
    pub fn statistic(&self) -> Statistic {
        self.profile.statistic
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::{
        DefinitionId,
        definition::{Definition, DefinitionKind},
    };

    fn prepared(name: &str, text: &str) -> Prepared {
        let id = DefinitionId::from_name(name).unwrap();
        Prepared::new(&Definition { text: text.into(), ..Definition::new(id, DefinitionKind::Metric, name) })
    }

    fn made(left: (&str, &str), right: (&str, &str)) -> Made {
        let (left, right) = (prepared(left.0, left.1), prepared(right.0, right.1));
        let pair = Pair::new(&left, &right);
        recipe(&pair, pair.finding.as_ref().unwrap())
    }

    #[test]
    fn months_make_the_year_and_the_recipe_proves_it() {
        let steps = made(
            ("Visits, year", "Home visits made in the financial year."),
            ("Visits, month", "Home visits made in each month."),
        );
        let steps = steps.unwrap();
        let cases: Vec<(u32, f64)> = (1..=12).map(|month| (month, f64::from(month * 3))).collect();
        let rows: Vec<Row> = cases
            .iter()
            .map(|(month, value)| Row {
                facets: BTreeMap::from([("period".to_owned(), month.to_string())]),
                value: *value,
                whole: 0.0,
            })
            .collect();
        let year: f64 = cases.iter().map(|(_, value)| value).sum();
        assert_eq!(run(&steps, &rows).iter().map(|row| row.value).collect::<Vec<_>>(), [year]);
        assert_eq!(steps.last(), Some(&Step::Rename { to: "Visits, year".to_owned() }));
    }

    #[test]
    fn medians_and_weeks_are_refused_with_the_facet() {
        let medians = made(
            ("Wait, month", "Median days waited in each month."),
            ("Wait, year", "Median days waited in the year."),
        );
        assert!(medians.unwrap_err().starts_with("frequency"));
        let weeks = made(
            ("Calls, week", "Calls to the line each week."),
            ("Calls, month", "Calls to the line each month."),
        );
        assert!(weeks.unwrap_err().starts_with("frequency"));
    }
}
