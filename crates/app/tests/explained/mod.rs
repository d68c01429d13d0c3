//! What is said of a version's items is begun, changed and ended in many ways: by each of them the audit log stays sound.

use super::*;
use onus_app::batches::DraftChange;

async fn say(test: &TestApp, id: &CollectionId, number: u32, reason: &str) {
    let registrar = test.demo("registrar").unwrap();
    let said = Explanation { position: 1, reason: reason.into(), ..Explanation::default() };
    test.app.explain_items(&registrar, (id, number), "", vec![said], false).await.unwrap();
}

/// Asks nothing any more.
#[expect(clippy::unnecessary_wraps, reason = "an edit may fail; this one does not")]
fn nothing(content: Content) -> Result<Content> {
    Ok(Content { items: vec![], ..content })
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn whatever_becomes_of_a_reason_is_proved(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let id = test.app.create_collection(&registrar, new("X24"), false).await.unwrap().0.id;
    // Said first, said otherwise, taken back, said again.
    for reason in ["It is needed weekly.", "It is needed daily.", "", "It is needed weekly."] {
        say(&test, &id, 1, reason).await;
    }
    // Items are kept by position, in whatever order they are given.
    let turned = |mut content: Content| {
        content.items.insert(0, Item { position: 2, ..content.items[0].clone() });
        Ok(content)
    };
    let after = test.app.update_draft(&registrar, (&id, 1), "", turned, false).await.unwrap();
    assert_eq!(
        after,
        test.app.version(&registrar, &id, 1).await.unwrap().1,
        "what is answered is what is kept"
    );
    // Its item is dropped and asked again, alone and in a batch.
    let ask = |content: Content| Ok(Content { items: new("X24").content.items, ..content });
    test.app.update_draft(&registrar, (&id, 1), "", nothing, false).await.unwrap();
    assert_eq!(test.app.explanations(&registrar, &id, 1).await.unwrap(), []);
    test.app.update_draft(&registrar, (&id, 1), "", ask, false).await.unwrap();
    say(&test, &id, 1, "It is needed weekly.").await;
    let change = DraftChange { collection: id.clone(), number: 1, etag: String::new(), edit: nothing };
    test.app.update_drafts(&registrar, vec![change], false).await.unwrap();
    assert_eq!(test.app.explanations(&registrar, &id, 1).await.unwrap(), []);
    test.app.update_draft(&registrar, (&id, 1), "", ask, false).await.unwrap();
    say(&test, &id, 1, "It is needed weekly.").await;
    // The draft is deleted, and another of its name begun.
    test.app.delete_draft(&registrar, (&id, 1), "", false).await.unwrap();
    test.app.create_collection(&registrar, new("X24"), false).await.unwrap();
    // The next version begins with what was said of the one before.
    step(&test, "registrar", Move::Submit, &id, 1, "").await.unwrap();
    step(&test, "registrar", Move::Withdraw, &id, 1, "").await.unwrap();
    test.app.create_draft(&registrar, &id, false).await.unwrap();
    assert_eq!(test.app.explanations(&registrar, &id, 2).await.unwrap().len(), 1);
    say(&test, &id, 2, "It is needed hourly.").await;
    assert_sound(&test).await;
}
