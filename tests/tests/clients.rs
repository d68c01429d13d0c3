//! Foreign clients read what pages show: grpcio by reflection, and a script of the browser's by gRPC-Web.

use onus_tests::{Database, Demo, Server, links, node, python, run};
use rstest::rstest;
use serde_json::{Value, json};

/// A collection, by a page's link.
fn a_collection(server: &Server) -> String {
    let page = server.get("/collections").body;
    let found = links(&page).into_iter().find_map(|link| {
        let id = link.strip_prefix("/collections/")?;
        (!id.is_empty() && !id.contains(['/', '?'])).then(|| format!("collections/{id}"))
    });
    found.expect("the page of collections links to one")
}

#[rstest]
fn a_grpcio_client_and_a_grpc_web_call_read_the_same_collection(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let name = a_collection(&server);

    let output = run(python("read_collection.py").args([server.address().to_string(), name.clone()]));
    let by_reflection: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let services: Vec<&str> =
        by_reflection["services"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    for service in [
        "grpc.health.v1.Health",
        "onus.v1.AuditService",
        "onus.v1.BurdenService",
        "onus.v1.CollectionService",
        "onus.v1.DefinitionService",
        "onus.v1.EditionService",
        "onus.v1.MatchingService",
        "onus.v1.OrganisationService",
    ] {
        assert!(services.contains(&service), "{service} is not among {services:?}");
    }

    let (by_web, _) = node("grpcweb.mjs", &json!({ "base": server.base(), "name": name }));
    assert_eq!(by_web["status"], "0", "{by_web}");
    let (one, other) = (&by_reflection["collection"], &by_web["collection"]);
    for field in ["name", "title", "owner", "reference"] {
        assert!(one[field].as_str().is_some_and(|text| !text.is_empty()), "no {field} in {one}");
        assert_eq!(one[field], other[field], "{field}");
    }
    assert!(server.get(&format!("/{name}")).body.contains("<h1"), "and a page shows it");

    let (missing, _) = node("grpcweb.mjs", &json!({ "base": server.base(), "name": "collections/nowhere" }));
    assert_eq!((&missing["status"], &missing["collection"]), (&json!("5"), &Value::Null), "{missing}");
    assert!(server.stop().success(), "a server that is told to stop ends well");
}
