//! What subscribers read: the JSON of webhooks, and e-mails in plain English.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;
use onus_domain::{
    CollectionId, OdsCode, display,
    event::{Event, EventKind},
    subscription::{CONFIRMATION, Subscription},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fmt::Write as _};

/// What an e-mail address is asked.
#[derive(Serialize, Deserialize)]
pub(super) struct Question {
    /// What confirms it.
    pub token: String,
}

/// What is told of an event, as it was when it happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Told {
    /// What happened; `None` for a trial.
    pub kind: Option<EventKind>,
    /// When.
    pub at: DateTime<Utc>,
    /// Its place in the log.
    pub sequence: Option<u64>,
    /// To which resource.
    pub resource: String,
    /// What that is called.
    pub title: String,
    /// Whose it is.
    pub owner: Option<OdsCode>,
    /// More, in a sentence.
    pub detail: String,
    /// Why; only for those who may know.
    pub reason: String,
    /// About which collections.
    pub collections: BTreeSet<CollectionId>,
    /// First day on which the approval no longer holds.
    pub expires_on: Option<NaiveDate>,
}

impl Told {
    /// What is told of an event; why it was done only to those inside.
    pub fn of(event: &Event, inside: bool) -> Self {
        Self {
            kind: Some(event.kind),
            at: event.at,
            sequence: Some(event.seq),
            resource: event.resource.clone(),
            title: event.title.clone(),
            owner: event.owner.clone(),
            detail: event.detail.clone(),
            reason: if inside { event.reason.clone() } else { String::new() },
            collections: event.collections.clone(),
            expires_on: event.expires_on,
        }
    }

    /// A trial.
    pub fn trial(at: DateTime<Utc>) -> Self {
        Self {
            kind: None,
            at,
            sequence: None,
            resource: String::new(),
            title: "A trial".into(),
            owner: None,
            detail: "You asked for this message, to see whether messages arrive.".into(),
            reason: String::new(),
            collections: BTreeSet::new(),
            expires_on: None,
        }
    }

    /// The path of the page that shows it, if any does.
    fn page(&self) -> Option<String> {
        let of = |kind: &str| self.resource.starts_with(kind).then(|| format!("/{}", self.resource));
        match self.collections.first() {
            Some(collection) => Some(format!("/collections/{collection}")),
            None => of("definitions/").or_else(|| {
                let month = self.resource.strip_prefix("editions/")?.split('/').next()?;
                Some(format!("/editions/{month}"))
            }),
        }
    }

    fn kind_in_words(&self) -> &'static str {
        self.kind.map_or("Trial", EventKind::in_words)
    }

    fn to_json(&self, link: &impl Fn(&str) -> Option<String>) -> Value {
        json!({
            "type": self.kind.map_or("TEST", EventKind::as_str),
            "time": self.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            "sequence": self.sequence,
            "resource": self.resource,
            "title": self.title,
            "owner": self.owner.as_ref().map(|owner| format!("organisations/{owner}")),
            "collections": self.collections.iter().map(|id| format!("collections/{id}")).collect::<Vec<_>>(),
            "detail": self.detail,
            "reason": self.reason,
            "expires_on": self.expires_on,
            "url": self.page().and_then(|path| link(&path)),
        })
    }
}

/// The body of a webhook's request: one event, or a day's events.
pub(super) fn webhook(
    id: &str,
    subscription: &Subscription,
    told: &[Told],
    digest: bool,
    link: impl Fn(&str) -> Option<String>,
) -> String {
    let events: Vec<_> = told.iter().map(|told| told.to_json(&link)).collect();
    json!({ "id": id, "subscription": subscription.name(), "digest": digest, "events": events }).to_string()
}

/// Subject, plain text and HTML of an e-mail.
pub(super) struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The e-mail that tells of events.
pub(super) fn letter(
    subscription: &Subscription,
    told: &[Told],
    digest: bool,
    link: impl Fn(&str) -> Option<String>,
) -> Letter {
    let subject = match told {
        [one] if !digest => format!("{}: {}", one.kind_in_words(), display::beginning(&one.title, 80)),
        _ => format!("{} in Onus since yesterday", display::things(told.len(), "event", "events")),
    };
    let mut paragraphs = Paragraphs::default();
    if digest || told.len() > 1 {
        paragraphs.add("Since yesterday this happened in the registry of data requests:");
    }
    for one in told {
        paragraphs.event(one, &link);
    }
    let called = if subscription.display_name.is_empty() {
        String::new()
    } else {
        format!(" “{}”", subscription.display_name)
    };
    paragraphs.add(&format!(
        "You get this because of your subscription{called} to Onus, the registry of data requests."
    ));
    match link(&unsubscribe_path(subscription)) {
        Some(url) => paragraphs.link("Stop these messages", &url),
        None => paragraphs.add("To stop these messages, ask whoever runs Onus."),
    }
    paragraphs.letter(&subject)
}

/// The e-mail that asks whether an address may be written to.
pub(super) fn question(token: &str, link: impl Fn(&str) -> Option<String>) -> Letter {
    let mut paragraphs = Paragraphs::default();
    paragraphs.add("Somebody asked Onus, the registry of data requests, to write to this address when something happens there.");
    match link(&format!("/subscriptions/confirm?token={token}")) {
        Some(url) => paragraphs.link("If you want that, confirm it", &url),
        None => paragraphs
            .add(&format!("If you want that, confirm it with this token (ConfirmSubscription): {token}")),
    }
    paragraphs.add(&format!(
        "If not, do nothing: you get no further message. The link works for {} days.",
        CONFIRMATION.num_days()
    ));
    paragraphs.letter("May Onus write to you?")
}

/// Where a subscription is ended.
pub(super) fn unsubscribe_path(subscription: &Subscription) -> String {
    format!("/subscriptions/unsubscribe?token={}", subscription.unsubscribe)
}

/// Paragraphs, as plain text and as HTML.
#[derive(Default)]
struct Paragraphs {
    text: String,
    html: String,
}

impl Paragraphs {
    fn add(&mut self, said: &str) {
        let _ = write!(self.text, "{said}\n\n");
        let _ = writeln!(self.html, "<p>{}</p>", escaped(said));
    }

    fn link(&mut self, said: &str, url: &str) {
        let _ = write!(self.text, "{said}:\n{url}\n\n");
        let _ = writeln!(self.html, "<p><a href=\"{}\">{}</a></p>", escaped(url), escaped(said));
    }

    fn event(&mut self, told: &Told, link: &impl Fn(&str) -> Option<String>) {
        let when = told.at.with_timezone(&London);
        let owner = told.owner.as_ref().map(|owner| format!(", of {owner}")).unwrap_or_default();
        self.add(&format!("{}{owner}", told.title));
        let when = format!("{} at {}", display::day(when.date_naive()), when.format("%H:%M"));
        let mut said = format!("{}, {when}.", told.kind_in_words());
        for more in [told.detail.clone(), reason(&told.reason)] {
            if !more.is_empty() {
                let _ = write!(said, " {more}");
            }
        }
        self.add(&said);
        if let Some(url) = told.page().and_then(|path| link(&path)) {
            self.link("Read more", &url);
        }
    }

    fn letter(self, subject: &str) -> Letter {
        let html = format!("<!doctype html>\n<html lang=\"en-GB\"><body>\n{}</body></html>\n", self.html);
        // A subject is one line, whatever its parts were.
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        Letter { subject, text: self.text.trim_end().to_owned() + "\n", html }
    }
}

fn reason(reason: &str) -> String {
    if reason.is_empty() {
        String::new()
    } else {
        format!("Reason given: {}", display::beginning(reason, 1_000))
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
