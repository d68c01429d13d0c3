//! Plans and how their targets stand.

use super::Scene;
use crate::{
    pages::plans::{Course, Plan as PlanPage, PlanLine, Plans, RegrowthLine, TargetLine},
    parts::{Link, Tag},
    shell::Area,
};
use onus_burden::{Ratio, TargetMonth};
use onus_chart::{Caption, Chart, Series, course};
use onus_domain::{
    Error, Month, OdsCode, Result, display,
    plan::{Plan, Target},
};

/// Months of a target's course that are shown.
const MONTHS: i32 = 24;
/// Keys of the charts of a page; targets beyond them have their table alone.
const CHARTS: [&str; 6] = ["target-1", "target-2", "target-3", "target-4", "target-5", "target-6"];

pub(crate) fn plans(scene: &Scene, publishes: bool) -> Plans {
    let (view, month) = (&scene.view, scene.month);
    let plans = view.snapshot.plans.iter().map(|plan| PlanLine {
        link: Link::new(format!("/plans/{}", plan.owner), scene.organisation(&plan.owner)),
        title: plan.title.clone(),
        targets: standing(scene, plan),
    });
    let regrowth = view.burden.regrowth(month).into_iter().map(|rose| RegrowthLine {
        body: scene.organisation(&rose.after.body),
        before: display::hours(rose.before.hours_12m.to_f64()),
        after: display::hours(rose.after.hours_12m.to_f64()),
    });
    Plans {
        shell: scene.shell("Plans and targets", Area::Editions).under("/editions", "Monthly reports"),
        month: month.in_words(),
        together: view.cross_sector(month).iter().map(line).collect(),
        plans: plans.collect(),
        regrowth: regrowth.collect(),
        publishes,
    }
}

pub(crate) fn plan(scene: &Scene, owner: &OdsCode, publishes: bool) -> Result<PlanPage> {
    let plan = scene.view.snapshot.plans.iter().find(|plan| plan.owner == *owner);
    let plan = plan.ok_or_else(|| Error::not_found("plan", format!("plans/{owner}")))?;
    Ok(PlanPage {
        shell: scene
            .shell(&plan.title, Area::Editions)
            .under("/editions", "Monthly reports")
            .under("/plans", "Plans and targets"),
        body: scene.organisation(owner),
        text: display::paragraphs(&plan.text),
        month: scene.month.in_words(),
        targets: standing(scene, plan),
        courses: plan.targets.iter().enumerate().map(|(at, one)| months(scene, plan, one, at)).collect(),
        change: publishes.then(|| Link::new(format!("/plans/{owner}/change"), "Change this plan")),
    })
}

fn standing(scene: &Scene, plan: &Plan) -> Vec<TargetLine> {
    let rows = scene.view.burden.target_months(std::slice::from_ref(plan), scene.month);
    rows.iter().map(line).collect()
}

fn line(of: &TargetMonth) -> TargetLine {
    let shown = |value: &Ratio| of.measure.display()(value.to_f64());
    let known = |value: &Option<Ratio>| value.as_ref().map_or_else(|| "–".into(), shown);
    TargetLine {
        measure: of.measure.in_words(),
        baseline: shown(&of.baseline),
        current: known(&of.current),
        trajectory: shown(&of.trajectory),
        value: shown(&of.value),
        date: display::day(of.date),
        forecast: known(&of.forecast),
        status: Tag::target(of.status),
    }
}

/// The course of a target from its baseline on, at most the last two years.
fn months(scene: &Scene, plan: &Plan, target: &Target, at: usize) -> Course {
    let first = target.baseline_month.max(scene.month.plus(1 - MONTHS));
    let one = [Plan { targets: vec![target.clone()], ..plan.clone() }];
    let rows: Vec<TargetMonth> = (first.index()..=scene.month.index())
        .flat_map(|month| scene.view.burden.target_months(&one, first.plus(month - first.index())))
        .collect();
    let shown = |value: &Ratio| target.measure.display()(value.to_f64());
    let line = |row: &TargetMonth| {
        let was = row.current.as_ref().map_or_else(|| "–".into(), shown);
        [row.month.in_short(), shown(&row.trajectory), was]
    };
    Course {
        heading: format!(
            "{}: {} by {}",
            target.measure.in_words(),
            shown(&Ratio::from_decimal(target.value)),
            display::day(target.date)
        ),
        caption: format!("{} by month, target {}", target.measure.in_words(), at + 1),
        chart: CHARTS.get(at).and_then(|id| chart(id, target, &rows)),
        months: rows.iter().rev().map(line).collect(),
    }
}

fn chart(id: &'static str, target: &Target, rows: &[TargetMonth]) -> Option<Chart> {
    let was: Vec<_> = rows.iter().map(|row| Some(row.current.as_ref()?.to_f64())).collect();
    let known = rows.iter().zip(&was).filter_map(|(row, value)| Some((row.month, (*value)?)));
    let known: Vec<(Month, f64)> = known.collect();
    let what = target.measure.in_words();
    let description = course(what, known, target.measure.display())?;
    let labels: Vec<_> = rows.iter().map(|row| row.month.in_short()).collect();
    let trajectory = rows.iter().map(|row| Some(row.trajectory.to_f64())).collect();
    let series =
        [Series { name: "Was".into(), values: was }, Series { name: "Should be".into(), values: trajectory }];
    Chart::lines(Caption { id, title: format!("{what} by month"), description }, &labels, &series, 0.0)
}
