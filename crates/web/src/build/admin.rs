//! What runs, for an ADMIN.

use super::Scene;
use crate::{
    pages::admin::{Admin, HeadLine, StuckLine},
    parts::{Figure, Link, Tag},
    shell::Area,
};
use chrono::{DateTime, Utc};
use onus_app::jobs::{Operations, Stuck};
use onus_domain::{audit::Head, display, edition::Edition};

/// Editions that are named.
const EDITIONS: usize = 3;

/// A moment as the log has it, for people.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

pub(crate) fn admin(scene: &Scene, found: &Operations, editions: &[Edition], keys: Vec<String>) -> Admin {
    let (jobs, messages) = (&found.jobs, &found.messages);
    let mut warnings = vec![];
    if let Some(since) = jobs.oldest_due {
        warnings.push(format!("Work is due since {} and not begun.", moment(since)));
    }
    if messages.dead > 0 {
        let dead = display::count(messages.dead);
        warnings
            .push(format!("{dead} messages to subscribers are given up. Their keepers can send them again."));
    }
    Admin {
        shell: scene.shell("Administration", Area::Other),
        figures: vec![
            Figure::new("Queued", display::count(jobs.queued)).note(under_way(jobs.under_way)),
            Figure::new("Messages that wait", display::count(messages.waiting))
                .note(format!("{} of them were tried in vain", display::count(messages.failing))),
            Figure::new("Messages given up", display::count(messages.dead)),
        ],
        stuck: jobs
            .stuck
            .iter()
            .map(|one| stuck(one, Tag::new("Tried again", "orange")))
            .chain(jobs.given_up.iter().map(|one| stuck(one, Tag::new("Given up", "red"))))
            .collect(),
        warnings,
        editions: editions.iter().take(EDITIONS).map(edition).collect(),
        head: found.head.as_ref().map(|head| head_line(head, keys)),
    }
}

fn under_way(number: usize) -> String {
    format!("{} under way", display::things(number, "piece of work", "pieces of work"))
}

fn stuck(one: &Stuck, state: Tag) -> StuckLine {
    StuckLine {
        name: if one.id == one.kind { one.kind.clone() } else { format!("{} {}", one.kind, one.id) },
        state,
        failures: display::count(one.failures),
        last_error: display::beginning(&one.last_error, 300),
    }
}

fn edition(edition: &Edition) -> (Link, String) {
    let link = Link::new(format!("/editions/{}", edition.month), edition.month.in_words());
    (link, moment(edition.made_at))
}

fn head_line(head: &Head, keys: Vec<String>) -> HeadLine {
    HeadLine {
        entries: display::count(head.size),
        root: head.root.to_string(),
        at: moment(head.at),
        origin: head.origin.clone(),
        keys,
    }
}
