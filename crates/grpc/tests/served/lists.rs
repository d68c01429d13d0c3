//! Lists: pages hold every row once; bad filters, orders, sizes and tokens are refused by name.

use super::*;

#[tokio::test]
async fn pages_hold_every_row_once_in_order() {
    let served = Served::start().await;
    let mut client = served.organisations();
    let (mut seen, mut request) =
        (vec![], pb::ListOrganisationsRequest { page_size: 1, ..Default::default() });
    loop {
        let page = client.list_organisations(request.clone()).await.unwrap().into_inner();
        assert_eq!((page.total_size, page.organisations.len()), (4, 1));
        seen.extend(page.organisations.into_iter().map(|organisation| organisation.name));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(seen, ["organisations/R0A", "organisations/R1A", "organisations/X24", "organisations/X25"]);
    let providers = pb::ListOrganisationsRequest {
        filter: "kind = PROVIDER".into(),
        order_by: "code desc".into(),
        ..pb::ListOrganisationsRequest::default()
    };
    let page = client.list_organisations(providers).await.unwrap().into_inner();
    assert_eq!(page.organisations[0].name, "organisations/R1A");
    assert_eq!(page.total_size, 2);
}

#[tokio::test]
async fn what_a_list_cannot_do_is_refused_by_name() {
    let served = Served::start().await;
    let mut client = served.definitions();
    let list = pb::ListDefinitionsRequest::default;
    for (request, field) in [
        (pb::ListDefinitionsRequest { filter: "colour = red".into(), ..list() }, "filter KNOWN_FIELD"),
        (pb::ListDefinitionsRequest { filter: "name = \"x".into(), ..list() }, "filter FILTER"),
        (pb::ListDefinitionsRequest { order_by: "colour".into(), ..list() }, "order_by KNOWN_FIELD"),
        (pb::ListDefinitionsRequest { page_size: -1, ..list() }, "page_size RANGE"),
        (pb::ListDefinitionsRequest { page_token: "?".into(), ..list() }, "page_token PAGE_TOKEN"),
    ] {
        assert_eq!(wrong_fields(client.list_definitions(request).await), [field]);
    }
}

#[tokio::test]
async fn definitions_concepts_subjects_and_matches_are_listed_and_read() {
    let served = Served::start().await;
    let mut client = served.definitions();
    let listed = client.list_definitions(pb::ListDefinitionsRequest::default()).await.unwrap().into_inner();
    let names: Vec<_> = listed.definitions.iter().map(|definition| definition.name.clone()).collect();
    assert_eq!(names, ["definitions/unit-function", "definitions/ward-code"]);

    let batch = pb::BatchGetDefinitionsRequest { names: names.iter().rev().cloned().collect() };
    let batch = client.batch_get_definitions(batch).await.unwrap().into_inner();
    assert_eq!(batch.definitions[1], listed.definitions[0], "in the order asked for");
    let missing = pb::BatchGetDefinitionsRequest { names: vec![names[0].clone(), "definitions/none".into()] };
    assert_eq!(refusal(client.batch_get_definitions(missing).await).0, Code::NotFound);
    let bad =
        pb::BatchGetDefinitionsRequest { names: vec!["x".into(), names[0].clone(), "concepts/y".into()] };
    assert_eq!(
        wrong_fields(client.batch_get_definitions(bad).await),
        ["names[0] RESOURCE_NAME", "names[2] RESOURCE_NAME"]
    );
    let many = pb::BatchGetDefinitionsRequest { names: vec![names[0].clone(); 1_001] };
    assert_eq!(wrong_fields(client.batch_get_definitions(many).await), ["names COUNT"]);

    let concept = pb::GetConceptRequest { name: listed.definitions[0].concept.clone() };
    let concept = client.get_concept(concept).await.unwrap().into_inner();
    assert_eq!((concept.members.len(), concept.display_name.as_str()), (1, "Unit function"));
    let none = pb::GetConceptRequest { name: "concepts/none".into() };
    assert_eq!(refusal(client.get_concept(none).await).0, Code::NotFound);
    let concepts = client.list_concepts(pb::ListConceptsRequest::default()).await.unwrap().into_inner();
    assert_eq!(concepts.total_size, 2);
    let subjects = client
        .list_subjects(pb::ListSubjectsRequest { page_size: 1, ..Default::default() })
        .await
        .unwrap()
        .into_inner();
    assert_eq!((subjects.total_size, subjects.subjects[0].name.as_str()), (2, "subjects/CRITICAL_CARE"));

    let matches = pb::ListMatchesRequest { filter: "relation = SAME".into(), ..Default::default() };
    let matches = served.matching().list_matches(matches).await.unwrap().into_inner();
    assert_eq!(matches.total_size, 0, "these two are not the same");
}

#[tokio::test]
async fn versions_are_listed_without_their_items() {
    let served = Served::start().await;
    let published =
        served.publish(content("Critical care", "CRITICAL_CARE", &["unit-function"]), "2026-01-01").await;
    let mut client = served.collections();
    let next = pb::CreateDraftRequest { parent: published.name.clone(), ..pb::CreateDraftRequest::default() };
    let next = client.create_draft(by("registrar", next)).await.unwrap().into_inner();
    assert_eq!(
        next.content.as_ref().unwrap().items.len(),
        1,
        "a new draft begins with what the last version asks"
    );
    let list = pb::ListVersionsRequest { parent: published.name.clone(), ..Default::default() };
    let own = client.list_versions(by("registrar", list.clone())).await.unwrap().into_inner();
    assert_eq!((own.total_size, own.versions[1].name.as_str()), (2, next.name.as_str()));
    assert!(
        own.versions
            .iter()
            .all(|version| version.item_count == 1 && version.content.as_ref().unwrap().items.is_empty())
    );
    let public = client.list_versions(list).await.unwrap().into_inner();
    assert_eq!(public.total_size, 1, "the draft is its owner's");
    let collections =
        pb::ListCollectionsRequest { filter: "owner = X24 AND state = LIVE".into(), ..Default::default() };
    let collections = client.list_collections(collections).await.unwrap().into_inner();
    assert_eq!(collections.collections, [published]);
}
