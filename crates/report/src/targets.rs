//! How the targets of plans stand, in a month's report and in its tables.

use crate::{
    Publication,
    parts::{Table, organisation},
};
use onus_burden::{Ratio, TargetMonth};
use onus_domain::{
    Month, OdsCode,
    display::{self, hours},
};

/// The targets of all plans together; nothing if nobody has a plan.
pub fn together(publication: &Publication<'_>) -> Option<Table> {
    let rows = publication.burden.cross_sector(&publication.snapshot.plans, publication.month);
    let caption = "All plans together".to_owned();
    (!rows.is_empty()).then(|| table(caption, &rows, None))
}

/// The targets of each body; nothing if nobody has a plan.
pub fn by_body(publication: &Publication<'_>) -> Option<Table> {
    let rows = publication.burden.target_months(&publication.snapshot.plans, publication.month);
    let whose = |row: &TargetMonth| {
        row.owner.as_ref().map(|owner| organisation(publication.snapshot, owner)).unwrap_or_default()
    };
    (!rows.is_empty()).then(|| table("Targets of each body".into(), &rows, Some(&whose)))
}

/// The targets of one body's plan.
pub fn of_body(publication: &Publication<'_>, body: &OdsCode) -> Option<(String, Table)> {
    let plan = publication.snapshot.plans.iter().find(|plan| plan.owner == *body)?;
    let rows = publication.burden.target_months(std::slice::from_ref(plan), publication.month);
    Some((plan.title.clone(), table("Targets".into(), &rows, None)))
}

/// A name of whose target a row is.
type Whose<'w> = &'w dyn Fn(&TargetMonth) -> String;

fn table(caption: String, rows: &[TargetMonth], whose: Option<Whose<'_>>) -> Table {
    let head = ["Measure", "Status", "By", "At the start", "Now", "Should be now", "Promised", "Forecast"];
    let cells = |row: &TargetMonth| {
        let shown = |value: &Ratio| row.measure.display()(value.to_f64());
        let known = |value: Option<&Ratio>| value.map_or_else(|| "–".into(), shown);
        let own = vec![
            row.measure.in_words().to_owned(),
            row.status.map_or("Nothing to measure", onus_domain::plan::TargetStatus::in_words).to_owned(),
            display::day(row.date),
            shown(&row.baseline),
            known(row.current.as_ref()),
            shown(&row.trajectory),
            shown(&row.value),
            known(row.forecast.as_ref()),
        ];
        whose.map(|whose| whose(row)).into_iter().chain(own).collect()
    };
    Table {
        caption,
        words: 3 + usize::from(whose.is_some()),
        head: whose.map(|_| "Body").into_iter().chain(head).collect(),
        rows: rows.iter().map(cells).collect(),
    }
}

/// Whose burden rose in the month, one a line.
pub fn regrowth(publication: &Publication<'_>) -> Vec<String> {
    let rose = publication.burden.regrowth(publication.month).into_iter().map(|rose| {
        format!(
            "What {} asks rose from {} to {} hours of 12 months.",
            organisation(publication.snapshot, &rose.after.body),
            hours(rose.before.hours_12m.to_f64()),
            hours(rose.after.hours_12m.to_f64())
        )
    });
    rose.collect()
}

/// The target of a body that is due next: of those not yet due in the month the first, else the last.
pub fn next(rows: &[TargetMonth], body: &OdsCode, month: Month) -> Option<TargetMonth> {
    let own = || rows.iter().filter(|row| row.owner.as_ref() == Some(body));
    let due =
        own().filter(|row| Month::of(row.date) >= month).min_by_key(|row| (row.date, row.measure.as_str()));
    due.or_else(|| own().max_by_key(|row| (row.date, row.measure.as_str()))).cloned()
}
