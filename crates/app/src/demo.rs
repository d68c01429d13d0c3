//! The demo's mark: demo identities are never let near a registry that is run for real.

use crate::{App, Context, audit};
use onus_domain::{Error, Result};

const MARK: &str = "demo";

impl App {
    /// Makes an empty database the demo's own, or finds that it is. Refuses one that holds anything else.
    pub async fn claim_for_demo(&self, context: &Context) -> Result<()> {
        if !self.store().audit_of(MARK, None, 1).await?.is_empty() {
            return Ok(());
        }
        let held = self.store().organisations().await?.len() + self.store().collections().await?.len();
        if held > 0 {
            return Err(Error::Precondition {
                rule: "DEMO_DATABASE",
                subject: self.store().place().to_owned(),
                message: format!(
                    "{} holds a registry that the demo did not make: give the demo another database",
                    self.store().place()
                ),
            });
        }
        let entry = audit::entry::<()>(context, "demo.begin", MARK.to_owned(), None, None, "")?;
        self.store().write(async |tx| tx.append_audit(std::slice::from_ref(&entry)).await).await
    }
}
