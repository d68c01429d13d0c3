//! Doctor: what is well and what is not, one line a check.

use crate::App;
use serde::Serialize;

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

impl App {
    /// Looks at the database, its migrations, the registry's soundness and the last edition.
    pub async fn examine(&self) -> Vec<Finding> {
        let mut findings = vec![self.examine_database().await, self.examine_migrations().await];
        if findings.iter().all(|finding| finding.well) {
            findings.extend(self.examine_registry().await);
            findings.push(self.examine_jobs().await);
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
        vec![registry, concepts, expiry, edition]
    }
}
