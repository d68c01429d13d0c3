//! The demo's mark on its database: demo identities are never let near a registry that is run for real, and figures of the sample always
//! say that they are.

use crate::{Context, audit};
use onus_domain::{Error, Result};
use onus_store::Store;

const MARK: &str = "demo";

/// Whether a database is the demo's.
pub async fn is_demo(store: &Store) -> Result<bool> {
    Ok(!store.audit_of(MARK, None, 1).await?.is_empty())
}

/// Makes an empty database the demo's own, or finds that it is. Refuses one that holds anything else.
pub async fn claim_for_demo(store: &Store, context: &Context) -> Result<()> {
    if is_demo(store).await? {
        return Ok(());
    }
    let held = store.organisations().await?.len() + store.collections().await?.len();
    if held > 0 {
        return Err(Error::Precondition {
            rule: "DEMO_DATABASE",
            subject: store.place().to_owned(),
            message: format!(
                "{} holds a registry that the demo did not make: give the demo another database",
                store.place()
            ),
        });
    }
    let begun = audit::change::<()>(context, "demo.begin", MARK.to_owned(), None, None, "")?;
    store.write(async |tx| tx.append_audit(std::slice::from_ref(&begun)).await).await
}
