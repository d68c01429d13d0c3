//! Every page in typical, empty and extreme states.

mod account;
mod admin;
mod bodies;
mod consultations;
mod lists;
mod organisations;
mod overlaps;
mod own_subscriptions;
mod panel;
mod plans;
mod providers;
mod requests;
mod rest;
mod submissions;

use askama::Template;
use onus_web::{
    parts::{Claim, Link, Pager, Tag},
    shell::{Area, Shell},
};

/// A page's name and its HTML.
type Sample = (&'static str, String);

/// All samples, rendered.
pub fn all() -> Result<Vec<Sample>, askama::Error> {
    let mut out = lists::all()?;
    out.extend(requests::all()?);
    out.extend(overlaps::all()?);
    out.extend(providers::all()?);
    out.extend(organisations::all()?);
    out.extend(plans::all()?);
    out.extend(bodies::all()?);
    out.extend(rest::all()?);
    out.extend(account::all()?);
    out.extend(panel::all()?);
    out.extend(admin::all()?);
    out.extend(own_subscriptions::all()?);
    out.extend(submissions::all()?);
    out.extend(consultations::all()?);
    Ok(out)
}

fn sample(name: &'static str, page: &impl Template) -> Result<Sample, askama::Error> {
    Ok((name, page.render()?))
}

fn shell(title: &str, area: Area) -> Shell {
    Shell::new(title, area, true)
}

/// Text that no page may be broken by: markup, a word without a break, another script.
const HOSTILE: &str = "<script>alert(1)</script> \"quoted\" & 'single' {{ braces }} PERSON_STATED_GENDER_CODE_WITHOUT_ANY_BREAK_IN_IT_WHATSOEVER_0123456789_0123456789 數據 \u{202e}";

fn claim(text: &str, basis: Tag, reason: &str) -> Claim {
    Claim { text: text.into(), basis, reason: reason.into() }
}

fn stated() -> Tag {
    Tag::new("Stated", "green")
}

fn pager(total: &str, first: bool, next: bool) -> Pager {
    let href = |on: bool, to: &str| on.then(|| to.to_owned());
    Pager { total: total.into(), first: href(first, "?"), next: href(next, "?page_token=eyJwbGFjZSI6W119") }
}

fn critical_care() -> Link {
    Link::collection(&"critical-care-minimum-data-set", "Critical Care Minimum Data Set")
}

fn admitted() -> Link {
    Link::collection(&"commissioning-data-sets", "Commissioning Data Sets: admitted patient care")
}
