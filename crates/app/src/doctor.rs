//! Doctor: what is well and what is not, one line a check.

use crate::{App, View};
use chrono::NaiveDate;
use onus_domain::working_days;
use onus_matching::live;
use serde::Serialize;

/// Working days in which nothing must come as a surprise: three months.
const WARNING_WORKING_DAYS: u32 = 60;

/// One check's outcome.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: &'static str,
    /// Whether it is well.
    pub well: bool,
    /// What was found, and what to do if it is not well.
    pub detail: String,
}

/// How long a change may wait for its place in the audit log.
const LAG: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

impl App {
    /// Looks at the database, its migrations, the registry's soundness and the last edition.
    pub async fn examine(&self) -> Vec<Finding> {
        let mut findings = vec![self.examine_database().await, self.examine_migrations().await];
        if findings.iter().all(|finding| finding.well) {
            findings.extend(self.examine_registry().await);
            findings.push(self.examine_jobs().await);
            findings.push(self.examine_messages().await);
        }
        if let Some(issuer) = &self.identity().issuer {
            let reached = issuer.reach().await;
            let detail = match &reached {
                Ok(()) => format!("{} answers", issuer.address()),
                Err(_) => format!("{} does not answer: the log says why", issuer.address()),
            };
            findings.push(Finding { check: "issuer", well: reached.is_ok(), detail });
        }
        findings
    }

    async fn examine_database(&self) -> Finding {
        let result = self.store().ping().await;
        let detail = match &result {
            Ok(()) => format!("{} answers", self.store().place()),
            Err(error) => error.to_string(),
        };
        Finding { check: "database", well: result.is_ok(), detail }
    }

    async fn examine_migrations(&self) -> Finding {
        let (well, detail) = match self.store().migration_status().await {
            Ok(steps) => {
                let waiting: Vec<_> =
                    steps.iter().filter(|(_, applied)| !applied).map(|(name, _)| name.as_str()).collect();
                let applied = format!("{} steps applied", steps.len() - waiting.len());
                if waiting.is_empty() {
                    (true, applied)
                } else {
                    (false, format!("run `onus migrate`: {} not applied", waiting.join(", ")))
                }
            }
            Err(error) => (false, error.to_string()),
        };
        Finding { check: "migrations", well, detail }
    }

    async fn examine_jobs(&self) -> Finding {
        let (well, detail) = match self.jobs_state().await {
            Ok(state) => (state.is_well(), state.in_words()),
            Err(error) => (false, error.to_string()),
        };
        Finding { check: "background work", well, detail }
    }

    async fn examine_messages(&self) -> Finding {
        let (well, detail) = match self.store().delivery_counts().await {
            Ok(counts) => {
                let mut said = format!(
                    "{} messages to subscribers wait, of which {} were tried in vain",
                    counts.waiting, counts.failing
                );
                if counts.dead > 0 {
                    let dead = counts.dead;
                    said = format!(
                        "{said}; {dead} are given up: their subscribers' keepers send them again (RedeliverDelivery)"
                    );
                }
                (counts.dead == 0, said)
            }
            Err(error) => (false, error.to_string()),
        };
        Finding { check: "messages", well, detail }
    }

    async fn examine_registry(&self) -> Vec<Finding> {
        let view = match self.view().await {
            Ok(view) => view,
            Err(error) => return vec![Finding { check: "registry", well: false, detail: error.to_string() }],
        };
        let snapshot = &view.snapshot;
        let registry = Finding {
            check: "registry",
            well: true,
            detail: format!(
                "{} collections, {} definitions, {} organisations",
                snapshot.collections.len(),
                snapshot.definitions.len(),
                snapshot.organisations.len()
            ),
        };
        let alone = view.unmatched();
        let concepts = Finding {
            check: "concepts",
            well: alone == 0,
            detail: if alone == 0 {
                "every definition is in one concept".into()
            } else {
                format!(
                    "{alone} definitions are in no concept: run `onus import` again: it matches what is not matched"
                )
            },
        };
        let matching = examine_matching(&view);
        let today = self.clock().today();
        let expiring = view
            .collection_rows()
            .filter(|row| row.version.expires_on.is_some_and(|end| end <= today))
            .count();
        let expiry = Finding {
            check: "approvals",
            well: expiring == 0,
            detail: if expiring == 0 {
                "no collection is past its approval or adoption".into()
            } else {
                format!("{expiring} collections are past their approval or adoption: review or retire them")
            },
        };
        let month = self.last_month();
        let edition = match self.edition(month, None).await {
            Ok(edition) => Finding {
                check: "edition",
                well: true,
                detail: format!("{month} was published on {}", edition.made_at.date_naive()),
            },
            Err(error) => Finding {
                check: "edition",
                well: false,
                detail: format!("{error}: run `onus report --month {month}`"),
            },
        };
        let (lag, log) = (self.examine_lag().await, self.examine_log().await);
        vec![registry, concepts, matching, expiry, edition, lag, log, calendar(today)]
    }

    async fn examine_lag(&self) -> Finding {
        let (well, detail) = match self.store().audit_lag().await {
            Err(error) => (false, error.to_string()),
            Ok((_, None)) => (true, "every change has its place in the audit log".to_owned()),
            Ok((waiting, Some(since))) => {
                let age = self.clock().now() - since;
                let well = age < LAG;
                let what = if well { "wait" } else { "still wait: see that a server runs, which gives them" };
                (
                    well,
                    format!(
                        "{waiting} changes {what} for their place in the audit log, the first since {since}"
                    ),
                )
            }
        };
        Finding { check: "audit lag", well, detail }
    }

    async fn examine_log(&self) -> Finding {
        let (well, detail) = match self.examine_audit(&self.audit_keys(), &[]).await {
            Err(error) => (false, error.to_string()),
            Ok(report) if report.is_sound() => (
                true,
                format!("{} entries under {} heads, none of them changed", report.entries, report.heads),
            ),
            Ok(report) => {
                let first = report.problems.first().map(ToString::to_string).unwrap_or_default();
                let keys = if self.audit_keys().is_empty() {
                    ", and no public key is known here: set audit.key_file or audit.trusted_keys"
                } else {
                    ""
                };
                (
                    false,
                    format!(
                        "{} things are wrong{keys}; run `onus audit verify`. The first: {first}",
                        report.wrong
                    ),
                )
            }
        };
        Finding { check: "audit log", well, detail }
    }
}

/// Which model and vocabulary decide, what the vocabulary replaces, and whether they found what is held.
fn examine_matching(view: &View) -> Finding {
    let others = view.found_otherwise();
    let mut detail = live::model().name.clone();
    if let Some(told) = live::vocabulary() {
        let replaced = told.replaced.len();
        detail = format!("{detail}: {} rows added to the vocabulary, {replaced} replaced", told.added);
        if let Some(first) = told.replaced.first() {
            detail = format!("{detail}; the log has them all, the first is {first}");
        }
    }
    if others > 0 {
        detail = format!(
            "{detail}; {others} matches were found by another model or with another vocabulary: start the server again, which matches anew"
        );
    }
    Finding { check: "matching", well: others == 0, detail }
}

/// Whether the bank holidays are known by which the clocks of the coming months run.
fn calendar(today: NaiveDate) -> Finding {
    let [_, last] = working_days::known_years();
    let well = working_days::after(today, WARNING_WORKING_DAYS).is_ok();
    let detail = if well {
        format!("bank holidays are known until the end of {last}")
    } else {
        format!(
            "bank holidays are known until the end of {last} only: take an Onus that knows the next year's"
        )
    };
    Finding { check: "calendar", well, detail }
}
