//! Why burden changed between two months: page and file.

use super::{Scene, claims::first_capital};
use crate::{
    pages::change::{BodyPart, Change as Page, CollectionPart, Step},
    parts::{Choice, Figure, Link},
    shell::Area,
};
use chrono::NaiveDate;
use onus_burden::{Decomposition, EffectOf, EffectOfCollection};
use onus_domain::{CollectionId, Error, Month, OdsCode, Result, Violation, display};
use serde::Deserialize;
use std::fmt::Write as _;

/// Months that can be compared.
const MONTHS: i32 = 36;
/// Parts by collection that are shown.
const COLLECTIONS: usize = 30;
/// Between two years that do not overlap.
const YEAR: i32 = 12;

/// Which months to compare; empty takes the last whole one, and the twelfth before it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Months {
    from: String,
    to: String,
}

/// Whose change, between which months.
pub(crate) struct Asked {
    provider: Option<OdsCode>,
    from: Month,
    to: Month,
}

/// The parts, and the hours of the twelve months before and after.
struct Found {
    whole: Decomposition,
    by_collection: Vec<EffectOfCollection>,
    before: f64,
    after: f64,
}

impl Asked {
    pub fn read(scene: &Scene, provider: Option<OdsCode>, months: &Months) -> Result<Self> {
        let read = |field: &str, text: &str, otherwise: Month| {
            if text.is_empty() {
                return Ok(otherwise);
            }
            text.parse::<Month>().map_err(|_| Violation::new(field, "MONTH", text, "a month as YYYY-MM"))
        };
        let to = read("to", &months.to, scene.month)?;
        let from = read("from", &months.from, to.plus(-YEAR))?;
        if from >= to {
            return Err(Violation::new("from", "ORDER", from, format!("a month before {to}")).into());
        }
        if let Some(code) = &provider {
            scene.view.provider(code)?;
        }
        Ok(Self { provider, from, to })
    }

    fn found(&self, scene: &Scene) -> Result<Found> {
        let burden = &scene.view.burden;
        let hours = |month| match &self.provider {
            None => Ok(burden.national_month(month).hours_12m.to_f64()),
            Some(code) => Ok::<_, Error>(scene.view.provider_month(code, month)?.hours_12m.to_f64()),
        };
        let found = burden.decomposition_by_collection(self.provider.as_ref(), self.from, self.to);
        let unknown =
            || Error::not_found("provider", self.provider.as_ref().map(OdsCode::as_str).unwrap_or_default());
        let (whole, by_collection) = found.ok_or_else(unknown)?;
        Ok(Found { whole, by_collection, before: hours(self.from)?, after: hours(self.to)? })
    }

    fn path(&self) -> String {
        self.provider.as_ref().map_or_else(|| "/change".into(), |code| format!("/providers/{code}/change"))
    }
}

pub(crate) fn change(scene: &Scene, asked: &Asked) -> Result<Page> {
    let Found { whole, by_collection, before, after } = asked.found(scene)?;
    let (shell, whose) = match &asked.provider {
        None => (scene.shell("Why burden changed", Area::Providers), "all providers together".to_owned()),
        Some(code) => {
            let name = scene.organisation(code);
            let shell = scene
                .shell(format!("Why burden changed: {name}"), Area::Providers)
                .under("/providers", "Providers")
                .under(format!("/providers/{code}"), &name);
            (shell, name)
        }
    };
    let path = asked.path();
    Ok(Page {
        shell,
        from: choices(scene, asked.from, -1),
        to: choices(scene, asked.to, 0),
        in_short: in_short(asked, &whose, before, after),
        figures: vec![
            Figure::new("Change", signed(after - before)).unit("hours a year"),
            Figure::new("Cost", pounds(whole.cost().in_pounds().to_f64())).unit("a year"),
        ],
        steps: steps(asked, &whole, before, after),
        by_body: whole.effects.iter().map(|part| body_part(scene, part)).collect(),
        by_collection: by_collection
            .iter()
            .take(COLLECTIONS)
            .map(|of| CollectionPart {
                collection: scene.collection(&of.collection),
                what: what_happened(scene, asked, &of.collection),
                part: body_part(scene, &of.part),
            })
            .collect(),
        more: more(by_collection.len()),
        file: Link::new(format!("{path}.csv?from={}&to={}", asked.from, asked.to), "Download the parts"),
        action: path,
    })
}

fn choices(scene: &Scene, chosen: Month, first: i32) -> Vec<Choice> {
    let mut months: Vec<Month> = (0..MONTHS).map(|back| scene.month.plus(first - back)).collect();
    if !months.contains(&chosen) {
        months.push(chosen);
    }
    months
        .into_iter()
        .map(|month| Choice { value: month.to_string(), text: month.in_words(), chosen: month == chosen })
        .collect()
}

fn in_short(asked: &Asked, whose: &str, before: f64, after: f64) -> String {
    let (from, to) = (display::hours(before), display::hours(after));
    let how = if from == to {
        format!("stayed at {from} hours")
    } else if after > before {
        format!("rose from {from} to {to} hours")
    } else {
        format!("fell from {from} to {to} hours")
    };
    format!(
        "What answering takes of {whose} {how} a year, from the year that ended with {} to the one that ended with {}.",
        asked.from.in_words(),
        asked.to.in_words()
    )
}

fn signed(value: f64) -> String {
    let text = display::hours(value);
    if value > 0.0 { format!("+{text}") } else { text }
}

fn pounds(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}£{}", display::number(value.abs(), 0))
}

fn steps(asked: &Asked, found: &Decomposition, before: f64, after: f64) -> Vec<Step> {
    let effects = found.by_effect();
    let mut ends = vec![before];
    for (hours, _) in effects.values() {
        ends.push(ends.last().copied().unwrap_or_default() + hours.to_f64());
    }
    let most = ends.iter().copied().chain([after]).fold(0.0, f64::max);
    let scale = if most > 0.0 { 100.0 / most } else { 0.0 };
    let bar = |one: f64, other: f64| {
        let (from, length) = (one.min(other) * scale, (one - other).abs() * scale);
        (format!("{from:.2}"), format!("{:.2}", length.max(0.3)))
    };
    let whole = |month: Month, hours: f64| {
        let (bar_from, bar_length) = bar(0.0, hours);
        let label = format!("Year to {}", month.in_words());
        Step {
            label,
            hours: String::new(),
            running: display::hours(hours),
            bar_from,
            bar_length,
            kind: "whole",
        }
    };
    let mut out = vec![whole(asked.from, before)];
    for ((effect, (hours, _)), ends) in
        effects.iter().zip(ends.windows(2)).filter(|((_, (h, _)), _)| !h.is_zero())
    {
        let (bar_from, bar_length) = bar(ends[0], ends[1]);
        out.push(Step {
            label: effect.in_words().into(),
            hours: signed(hours.to_f64()),
            running: display::hours(ends[1]),
            bar_from,
            bar_length,
            kind: if hours.is_negative() { "less" } else { "more" },
        });
    }
    out.push(whole(asked.to, after));
    out
}

fn body_part(scene: &Scene, part: &EffectOf) -> BodyPart {
    BodyPart {
        body: scene.organisation(&part.owner),
        effect: part.effect.in_words().into(),
        hours: signed(part.hours.to_f64()),
        cost: pounds(part.cost.in_pounds().to_f64()),
    }
}

/// What happened to a collection between the two years: its versions that came into force, or when its last one ended.
fn what_happened(scene: &Scene, asked: &Asked, id: &CollectionId) -> String {
    // The year before has every day up to the end of its month.
    let between = |day: NaiveDate| asked.from.plus(1 - YEAR).first_day() < day && day <= asked.to.last_day();
    let versions = scene.view.snapshot.versions_of(id);
    let mut said: Vec<String> = versions
        .iter()
        .filter_map(|version| {
            let from = version.live_from.filter(|day| between(*day))?;
            Some(format!("version {} from {}", version.number, display::day(from)))
        })
        .collect();
    let end = versions.last().and_then(|version| version.live_to.filter(|day| between(*day)));
    said.extend(end.map(|end| format!("not asked from {}", display::day(end))));
    first_capital(&said.join("; "))
}

fn more(parts: usize) -> String {
    match parts.saturating_sub(COLLECTIONS) {
        0 => String::new(),
        more => format!("{} of smaller changes are not shown.", display::things(more, "part", "parts")),
    }
}

/// The parts as CSV: the columns of `decomposition.csv`, with the cost behind them.
pub(crate) fn file(scene: &Scene, asked: &Asked) -> Result<String> {
    let Found { whole: found, .. } = asked.found(scene)?;
    let provider = asked.provider.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut text = String::from("provider,from_month,to_month,effect,owner,hours,cost_pence\r\n");
    for part in &found.effects {
        let EffectOf { effect, owner, hours, cost } = part;
        // Writing to a text cannot fail.
        let _ = write!(text, "{provider},{},{},{effect},{owner},{hours},{cost}\r\n", found.from, found.to);
    }
    Ok(text)
}
