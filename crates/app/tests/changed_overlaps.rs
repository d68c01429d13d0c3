//! What collections share after changes equals what is worked out anew.

use onus_app::View;
use onus_burden::Settings;
use onus_domain::snapshot::Snapshot;
use onus_exchange::sample::Grouping;
use onus_testkit::{Backend, TestApp};

/// The sample's registry with one item less in the version at a place.
fn without_an_item(snapshot: &Snapshot, version: usize) -> Snapshot {
    let mut after = snapshot.clone();
    after.versions[version].content.items.pop();
    after
}

#[tokio::test]
async fn overlaps_after_changes_are_those_of_a_view_made_anew() {
    let test = TestApp::sample(Backend::Sqlite, Grouping::Families).await.unwrap();
    let view = test.app.view().await.unwrap();
    let month = view.month;
    let settings = Settings { base_month: test.app.settings().base_month };
    assert!(view.overlaps().iter().any(|row| row.shared_facts > 0));

    // Asked for after one change, after two of which one was not asked for, and after one that nothing can be said of.
    let first = without_an_item(&view.snapshot, 0);
    let second = without_an_item(&first, 1);
    let third = without_an_item(&second, 2);
    let mut fourth = third.clone();
    fourth.sizes.pop();
    let one = view.after(first.clone(), month);
    let three = one.after(second, month).after(third.clone(), month);
    let four = three.after(fourth.clone(), month);
    let other_month = three.after(third.clone(), month.plus(-1));
    for (changed, snapshot, month) in [
        (one, first, month),
        (three, third.clone(), month),
        (four, fourth, month),
        (other_month, third, month.plus(-1)),
    ] {
        let anew = View::new(snapshot, settings, month);
        assert!(changed.overlaps() == anew.overlaps(), "{month}");
    }
}
