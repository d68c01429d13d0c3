//! Why burden changed between two months: page and file.

use super::Scene;
use crate::{
    pages::change::{BodyPart, Change as Page, Step},
    parts::{Choice, Figure, Link},
    shell::Area,
};
use onus_burden::{Decomposition, EffectOf};
use onus_domain::{Error, Month, OdsCode, Result, Violation, display};
use serde::Deserialize;
use std::fmt::Write as _;

/// Months that can be compared.
const MONTHS: i32 = 36;
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

    /// The parts, and the hours of the twelve months before and after.
    fn found(&self, scene: &Scene) -> Result<(Decomposition, f64, f64)> {
        let burden = &scene.view.burden;
        let Some(code) = &self.provider else {
            let hours = |month| burden.national_month(month).hours_12m.to_f64();
            let found = burden.national_decomposition(self.from, self.to);
            return Ok((found, hours(self.from), hours(self.to)));
        };
        let hours = |month| Ok::<_, Error>(scene.view.provider_month(code, month)?.hours_12m.to_f64());
        let unknown = || Error::not_found("provider", code);
        let found = burden.decomposition(code, self.from, self.to).ok_or_else(unknown)?;
        Ok((found, hours(self.from)?, hours(self.to)?))
    }

    fn path(&self) -> String {
        self.provider.as_ref().map_or_else(|| "/change".into(), |code| format!("/providers/{code}/change"))
    }
}

pub(crate) fn change(scene: &Scene, asked: &Asked) -> Result<Page> {
    let (found, before, after) = asked.found(scene)?;
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
            Figure::new("Cost", pounds(found.cost().in_pounds().to_f64())).unit("a year"),
        ],
        steps: steps(asked, &found, before, after),
        by_body: found.effects.iter().map(|part| body_part(scene, part)).collect(),
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

/// The parts as CSV: the columns of `decomposition.csv`, with the cost behind them.
pub(crate) fn file(scene: &Scene, asked: &Asked) -> Result<String> {
    let (found, ..) = asked.found(scene)?;
    let provider = asked.provider.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut text = String::from("provider,from_month,to_month,effect,owner,hours,cost_pence\r\n");
    for part in &found.effects {
        let EffectOf { effect, owner, hours, cost } = part;
        // Writing to a text cannot fail.
        let _ = write!(text, "{provider},{},{},{effect},{owner},{hours},{cost}\r\n", found.from, found.to);
    }
    Ok(text)
}
