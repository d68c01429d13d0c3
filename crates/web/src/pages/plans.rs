//! Plans, and how their targets stand.

use crate::{
    pages::fields::{Choices, DayField, Field},
    parts::{Link, Problem, Tag},
    shell::Shell,
};
use askama::Template;
use onus_chart::Chart;

/// `GET /plans`.
#[derive(Debug, Clone, Template)]
#[template(path = "plans.html")]
pub struct Plans {
    /// What stands around it.
    pub shell: Shell,
    /// The month that targets stand in.
    pub month: String,
    /// All plans together.
    pub together: Vec<TargetLine>,
    /// Each body's targets.
    pub plans: Vec<PlanLine>,
    /// Bodies whose burden rose in the month.
    pub regrowth: Vec<RegrowthLine>,
    /// Whether whoever looks publishes plans.
    pub publishes: bool,
}

/// A plan in the list.
#[derive(Debug, Clone)]
pub struct PlanLine {
    /// To its page, by the body's name.
    pub link: Link,
    /// Its title.
    pub title: String,
    /// How its targets stand.
    pub targets: Vec<TargetLine>,
}

/// A target, ready to show.
#[derive(Debug, Clone)]
pub struct TargetLine {
    /// What is measured.
    pub measure: &'static str,
    /// Value at the start, and when that was.
    pub baseline: String,
    /// Where it is.
    pub current: String,
    /// Where it should be.
    pub trajectory: String,
    /// What is promised.
    pub value: String,
    /// By when.
    pub date: String,
    /// Where it will be by then.
    pub forecast: String,
    /// How it stands.
    pub status: Tag,
}

/// A body whose burden rose.
#[derive(Debug, Clone)]
pub struct RegrowthLine {
    /// Who asks.
    pub body: String,
    /// Hours of the twelve months before.
    pub before: String,
    /// Hours of the twelve months now.
    pub after: String,
}

/// `GET /plans/{code}`.
#[derive(Debug, Clone, Template)]
#[template(path = "plan.html")]
pub struct Plan {
    /// What stands around it.
    pub shell: Shell,
    /// Whose it is.
    pub body: String,
    /// What will be done.
    pub text: Vec<String>,
    /// The month that targets stand in.
    pub month: String,
    /// How its targets stand.
    pub targets: Vec<TargetLine>,
    /// The course of each, month by month.
    pub courses: Vec<Course>,
    /// Where it is changed, for whoever may.
    pub change: Option<Link>,
}

/// A target's course.
#[derive(Debug, Clone)]
pub struct Course {
    /// Which target.
    pub heading: String,
    /// What its table shows.
    pub caption: String,
    /// The months as a picture.
    pub chart: Option<Chart>,
    /// The months: which, where it should have been, where it was.
    pub months: Vec<[String; 3]>,
}

/// `GET /plans/new` and `GET /plans/{code}/change`.
#[derive(Debug, Clone, Template)]
#[template(path = "plan_form.html")]
pub struct PlanForm {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Where it goes.
    pub action: String,
    /// Which request it is: sent twice, it is done once.
    pub request_id: String,
    /// The revision that it changes.
    pub revision: u32,
    /// Whose; of a new plan.
    pub body: Option<Choices>,
    /// Its title.
    pub title: Field,
    /// What will be done.
    pub text: Field,
    /// What is promised.
    pub targets: Vec<TargetFields>,
    /// Why it is changed; of one that is there.
    pub reason: Option<Field>,
}

/// The fields of one target.
#[derive(Debug, Clone)]
pub struct TargetFields {
    /// Which of the form.
    pub number: usize,
    /// What is measured.
    pub measure: Choices,
    /// What is promised.
    pub value: Field,
    /// By when.
    pub date: DayField,
    /// Month of the start.
    pub baseline_month: Choices,
    /// Value at the start.
    pub baseline: Field,
}
