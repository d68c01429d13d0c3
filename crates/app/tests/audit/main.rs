//! The audit log and what is read of the past, on both databases.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod history;
mod log;
mod organisations;
mod tampering;

use chrono::NaiveDate;
use onus_app::{
    Context,
    drafts::{NewCollection, etag},
};
use onus_domain::{
    Basis, CollectionId, DefinitionId, OdsCode,
    collection::SectorPath,
    definition::{Definition, DefinitionKind, RegistrationStatus},
    lifecycle::Move,
    organisation::{Organisation, OrganisationKind, ProviderType},
    role::Actor,
    version::{Content, Version},
};
use onus_testkit::{Backend, TestApp, today};

fn code(text: &str) -> OdsCode {
    OdsCode::new(text).unwrap()
}

fn organisation(text: &str, name: &str) -> Organisation {
    Organisation {
        code: code(text),
        name: name.into(),
        kind: OrganisationKind::Provider,
        provider_type: Some(ProviderType::Acute),
        provider_type_basis: Basis::Stated,
        region: None,
        parent: None,
        open_date: None,
        close_date: None,
    }
}

fn definition(id: &str) -> Definition {
    Definition {
        id: DefinitionId::new(id).unwrap(),
        version: 1,
        kind: DefinitionKind::Element,
        name: id.replace('-', " "),
        text: format!("What {id} means"),
        numerator: String::new(),
        denominator: String::new(),
        exclusions: String::new(),
        unit: String::new(),
        population: String::new(),
        breakdowns: vec![],
        grain: String::new(),
        period_type: String::new(),
        value_set: vec![],
        format: String::new(),
        source: String::new(),
        subject: None,
        external_ids: std::collections::BTreeMap::new(),
        aliases: vec![],
        status: RegistrationStatus::Candidate,
        successor: None,
    }
}

fn collection(title: &str) -> NewCollection {
    NewCollection {
        id: None,
        owner: code("X24"),
        sector_path: SectorPath::National,
        content: Content { title: title.into(), ..empty() },
    }
}

fn empty() -> Content {
    Content {
        title: String::new(),
        purpose: String::new(),
        legal_basis: String::new(),
        method: String::new(),
        uses: String::new(),
        feedback: String::new(),
        contact: String::new(),
        respondents: None,
        schedule: None,
        items: vec![],
    }
}

fn public(test: &TestApp) -> Context {
    test.app.context(Actor::public())
}

/// Changes a draft's title.
async fn rename(test: &TestApp, id: &CollectionId, draft: &Version, title: &str) -> Version {
    let context = test.demo("registrar").unwrap();
    let edit = |content: Content| Ok(Content { title: title.into(), ..content });
    test.app.update_draft(&context, (id, draft.number), &etag(draft.revision), edit, false).await.unwrap()
}

/// A registry with a body, a trust, a definition, and a collection whose draft was changed twice: all within one moment.
async fn small(backend: Backend) -> (TestApp, CollectionId) {
    let test = TestApp::empty(backend).await;
    let admin = test.demo("admin").unwrap();
    let body = Organisation {
        kind: OrganisationKind::NationalBody,
        provider_type: None,
        ..organisation("X24", "Body")
    };
    for one in [body, organisation("R0A", "Trust")] {
        test.app.create_organisation(&admin, one, false).await.unwrap();
    }
    let steward = test.demo("steward").unwrap();
    test.app.create_definition(&steward, definition("ward-code"), false).await.unwrap();
    let registrar = test.demo("registrar").unwrap();
    let (made, draft) = test.app.create_collection(&registrar, collection("Falls"), false).await.unwrap();
    let draft = rename(&test, &made.id, &draft, "Falls with harm").await;
    // Back to what it was: of these two, neither can be told from the digests alone to be the first.
    let draft = rename(&test, &made.id, &draft, "Falls").await;
    rename(&test, &made.id, &draft, "Falls with severe harm").await;
    (test, made.id)
}
