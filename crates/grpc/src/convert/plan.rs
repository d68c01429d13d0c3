//! Plans, and how their targets stand.

use super::{code, optional_code, ratio, read_decimal, read_required_day, required, required_code};
use crate::names;
use onus_app::{
    drafts::etag,
    plans::{NewPlan, NewTarget},
};
use onus_burden::{Regrowth, TargetMonth};
use onus_domain::{
    Violation, Violations,
    plan::{Plan, Target},
};
use onus_proto::v1 as pb;

/// A plan.
pub fn plan(of: &Plan) -> pb::Plan {
    pb::Plan {
        name: names::plan(&of.owner),
        owner: names::organisation(&of.owner),
        title: of.title.clone(),
        text: of.text.clone(),
        targets: of.targets.iter().map(target).collect(),
        etag: etag(of.revision),
    }
}

fn target(of: &Target) -> pb::Target {
    pb::Target {
        measure: code(of.measure),
        baseline: of.baseline.to_string(),
        baseline_month: of.baseline_month.to_string(),
        value: of.value.to_string(),
        date: of.date.to_string(),
    }
}

/// Reads a plan, which stands in the request at `plan`.
pub fn read_plan(given: Option<pb::Plan>, found: &mut Violations) -> Option<NewPlan> {
    let given = required("plan", given, found)?;
    let mut read = None;
    found.within("plan", |found| {
        let owner = found.take(names::read_organisation("owner", &given.owner));
        let targets = given.targets.iter().enumerate().map(|(at, target)| {
            let mut read = None;
            found.within(&format!("targets[{at}]"), |found| read = read_target(target, found));
            read
        });
        let targets: Vec<_> = targets.collect();
        let targets = targets.into_iter().collect::<Option<_>>();
        read = owner.zip(targets).map(|(owner, targets)| NewPlan {
            owner,
            title: given.title,
            text: given.text,
            targets,
        });
    });
    read
}

/// Reads a plan that names the one it changes.
pub fn read_changed_plan(given: Option<pb::Plan>, found: &mut Violations) -> Option<NewPlan> {
    let name = given.as_ref().map(|plan| plan.name.clone()).unwrap_or_default();
    let named = found.take(names::read_plan("plan.name", &name));
    let read = read_plan(given, found)?;
    let named = named?;
    found.require(named == read.owner, || {
        let expected = format!("organisations/{named}, the body whose plan is named");
        Violation::new("plan.owner", "UNCHANGED", names::organisation(&read.owner), expected)
    });
    Some(read)
}

fn read_target(given: &pb::Target, found: &mut Violations) -> Option<NewTarget> {
    let measure = found.take(required_code("measure", given.measure));
    let baseline = found.take(read_decimal("baseline", &given.baseline));
    let baseline_month = found.take(names::read_month("baseline_month", &given.baseline_month));
    let value = found.take(read_decimal("value", &given.value));
    if value == Some(None) {
        found.push(Violation::new("value", "REQUIRED", "", "the value promised, such as 0.85"));
    }
    let date = found.take(read_required_day("date", &given.date));
    Some(NewTarget {
        measure: measure?,
        baseline: baseline?,
        baseline_month: baseline_month?,
        value: value??,
        date: date?,
    })
}

/// How a target stands.
pub fn target_standing(of: &TargetMonth) -> pb::TargetStanding {
    pb::TargetStanding {
        owner: of.owner.as_ref().map(names::organisation).unwrap_or_default(),
        measure: code(of.measure),
        month: of.month.to_string(),
        baseline: Some(ratio(&of.baseline)),
        value: Some(ratio(&of.value)),
        date: of.date.to_string(),
        trajectory: Some(ratio(&of.trajectory)),
        current: of.current.as_ref().map(ratio),
        forecast: of.forecast.as_ref().map(ratio),
        status: optional_code(of.status),
    }
}

/// All plans together, and whose burden rose.
pub fn cross_sector(of: &[TargetMonth], regrowth: &[Regrowth]) -> pb::CrossSectorPlan {
    pb::CrossSectorPlan {
        targets: of.iter().map(target_standing).collect(),
        regrowth: regrowth.iter().map(|one| names::organisation(&one.after.body)).collect(),
    }
}
