//! Whether a measure adds up over time, or is of one day: what folding rule (b) of `burden.md` needs to know of a definition.
//!
//! Decided conservatively from the definition's own fields. A record-level ELEMENT adds up (the records of twelve months are those of the
//! year) unless it is of one day. A METRIC adds up only if it has no denominator, names itself a count or a sum, and has no word of a
//! measure that does not add up (a rate, a mean, a centile, people, a list, a rolling window, …) in its name, numerator or unit.

use super::{Definition, DefinitionKind};
use crate::codes::codes;

codes! {
    /// How values for shorter periods make the value for a longer one.
    OverTime {
        /// They add up.
        AddsUp,
        /// A value is of a single day, the period's last: a shorter period that ends on it has the same.
        OneDay,
        /// They do not, or it is not known that they do.
        Neither,
    }
}

/// Words of measures that do not add up over time: of ratios and distributions, of windows that overlap, of what is there on a day, and
/// of people, who may be counted once in each period though they are the same.
const NEVER: &[&str] = &[
    "%",
    "average",
    "averages",
    "beds",
    "caseload",
    "centile",
    "centiles",
    "change",
    "children",
    "clients",
    "cumulative",
    "date",
    "density",
    "distinct",
    "expectancy",
    "forecast",
    "headcount",
    "incomplete",
    "index",
    "latest",
    "list",
    "maximum",
    "mean",
    "median",
    "men",
    "minimum",
    "modal",
    "mode",
    "open",
    "outstanding",
    "patients",
    "people",
    "per",
    "percent",
    "percentage",
    "percentile",
    "percentiles",
    "persons",
    "plan",
    "population",
    "potential",
    "prevalence",
    "prior",
    "proportion",
    "quartile",
    "quintile",
    "rank",
    "rate",
    "rates",
    "ratio",
    "registered",
    "rolling",
    "score",
    "share",
    "staff",
    "standardised",
    "trajectory",
    "unique",
    "variance",
    "waiting",
    "women",
    "ytd",
];
/// Words by which a measure says that it is a count or a sum.
const COUNTS: &[&str] = &["count", "counts", "number", "numbers", "sum", "total", "totals"];
/// Words of a measure of one day.
const ONE_DAY: &[&str] = &["snapshot", "census", "point in time", "point-in-time", "as at"];

/// How a definition's values for shorter periods make its value for a longer one.
pub(super) fn of(definition: &Definition) -> OverTime {
    let period = definition.period_type.to_lowercase();
    if ONE_DAY.iter().any(|phrase| period.contains(phrase)) {
        return OverTime::OneDay;
    }
    let adds_up = match definition.kind {
        DefinitionKind::Element => true,
        DefinitionKind::Metric => {
            let fields = [&definition.name, &definition.numerator, &definition.unit];
            let words: Vec<String> = fields.iter().flat_map(|field| words(field)).collect();
            let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
            is_blank(&definition.denominator) && has(COUNTS) && !has(NEVER)
        }
    };
    if adds_up { OverTime::AddsUp } else { OverTime::Neither }
}

fn is_blank(text: &str) -> bool {
    matches!(text.trim().to_lowercase().as_str(), "" | "n/a" | "na" | "none" | "not applicable" | "-")
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('%', " % ");
    let parts = lower.split(|c: char| !c.is_alphanumeric() && c != '%');
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::RegistrationStatus;

    fn element(name: &str) -> Definition {
        Definition {
            status: RegistrationStatus::Standard,
            ..Definition::new("d".parse().unwrap(), DefinitionKind::Element, name)
        }
    }

    fn metric(name: &str, numerator: &str, denominator: &str, unit: &str) -> Definition {
        Definition {
            kind: DefinitionKind::Metric,
            name: name.into(),
            numerator: numerator.into(),
            denominator: denominator.into(),
            unit: unit.into(),
            ..element(name)
        }
    }

    fn adds_up(definition: &Definition) -> bool {
        definition.over_time() == OverTime::AddsUp
    }

    #[test]
    fn counts_and_sums_add_up_and_nothing_else() {
        assert!(adds_up(&metric("111 calls offered", "Total number of 111 calls received", "N/A", "")));
        assert!(adds_up(&metric("Delayed days", "", "", "count")));
        for (name, numerator, denominator, unit) in [
            ("Calls abandoned", "Total number of calls", "Total number of 111 calls received", ""),
            ("Mean response time", "Total response times", "", ""),
            ("Patients seen", "Number of patients", "", ""),
            ("Incomplete pathways", "Total number of pathways", "", "count"),
            ("Activity by rolling 12 months", "Total activity", "N/A", ""),
            ("Attendances", "Total attendances", "", "per 100,000"),
            ("Smokers", "Number of smokers", "", "%"),
            ("Free text", "", "", ""),
        ] {
            assert!(!adds_up(&metric(name, numerator, denominator, unit)), "{name}");
        }
    }

    #[test]
    fn records_add_up_unless_they_are_of_one_day() {
        assert!(adds_up(&element("birth-date")));
        let census = Definition { period_type: "Census day".into(), ..element("beds") };
        assert_eq!(census.over_time(), OverTime::OneDay);
    }
}
