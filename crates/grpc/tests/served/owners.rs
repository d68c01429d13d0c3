//! What is one organisation's own is refused to another's people in the same role, and to its own is not. Together with what is refused to
//! other roles (`requests`), this is the matrix of `docs/access.md`.

use super::script::{Script, Strangers};
use onus_proto::access::ACCESS;
use onus_testkit::Backend;

#[tokio::test]
async fn what_is_one_organisations_own_is_refused_to_another() {
    let mut script = Script::start(Backend::Sqlite, 10).await;
    script.strangers = Some(Strangers::new());
    script.run().await;
    let tried = script.strangers.unwrap_or_default();
    let own = ACCESS.iter().flat_map(|(path, grants)| {
        let call = path.trim_start_matches("/onus.v1.");
        grants.iter().filter(|grant| grant.own).map(move |grant| (call, grant.role))
    });
    let own: Strangers = own.collect();
    let missing: Vec<_> = own.difference(&tried).collect();
    assert!(missing.is_empty(), "granted for one's own, and tried by nobody else: {missing:?}");
    assert!(own.len() > 30, "{own:?}");
}
