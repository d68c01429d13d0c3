//! "Your work": what waits for whoever is signed in, by their roles.

use super::waiting::waiting;
use crate::{
    build::{Scene, day_before},
    handlers::{Application, scene},
    pages::registrar::{InForce, OpenVersion, Work},
    parts::{Link, Tag},
    refusal::Refusal,
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{extract::State, response::Html};
use onus_app::paging::{ListRequest, MAX_PAGE_SIZE};
use onus_domain::{
    Error, OdsCode, display,
    review::QueueEntry,
    role::{Actor, Role},
    version::VersionState,
};

/// What each role does here.
const TASKS: [(Role, &str, &str); 18] = [
    (Role::PanelMember, "/panel", "Review what was submitted"),
    (Role::PanelChair, "/panel", "Review what was submitted"),
    (Role::PanelMember, "/challenges", "Challenges of requests, and what came of them"),
    (Role::PanelChair, "/challenges", "Challenges of requests, and what came of them"),
    (Role::PanelMember, "/feedback", "Read and answer feedback on bodies"),
    (Role::PanelChair, "/feedback", "Read and answer feedback on bodies"),
    (Role::Registrar, "/challenges", "Challenges of your requests"),
    (Role::Registrar, "/consultations", "Your drafts that are shown to providers"),
    (Role::Registrar, "/reuse", "Data that others ask you for, and that you ask others for"),
    (Role::PanelMember, "/reuse", "Data that bodies ask each other for"),
    (Role::PanelChair, "/reuse", "Data that bodies ask each other for"),
    (Role::Steward, "/steward/matches", "Decide which definitions ask the same"),
    (Role::ProviderUser, "/asked", "Have we been asked this already?"),
    (Role::ProviderUser, "/consultations", "Drafts that are shown to you"),
    (Role::ProviderUser, "/challenges/new", "Challenge a request"),
    (Role::ProviderUser, "/feedback", "Give feedback on dealing with a body"),
    (Role::Publisher, "/editions", "Monthly reports"),
    (Role::Admin, "/admin", "Accounts, background work and the audit log"),
];

/// What one can do here with one's roles.
pub(crate) fn tasks(actor: &Actor) -> Vec<Link> {
    let mut tasks: Vec<Link> = vec![];
    for (_, href, text) in TASKS.into_iter().filter(|(role, ..)| actor.has(*role)) {
        if !tasks.iter().any(|task| task.href == href) {
            tasks.push(Link::new(href, text));
        }
    }
    if actor.is_known() {
        tasks.push(Link::new("/subscriptions", "What you are told of"));
    }
    if let Some(code) = actor.organisation.as_ref().filter(|_| actor.has(Role::ProviderUser)) {
        tasks.push(Link::provider(code, "Our burden, and when answers are due"));
    }
    tasks
}

/// `GET /work`.
pub(crate) async fn work(State(app): Application, Caller(context): Caller) -> Result<Html<String>, Refusal> {
    let actor = &context.actor;
    if !actor.is_known() {
        return Err(Error::Unauthenticated("to see your work, sign in".into()).into());
    }
    let scene = scene(&app).await?;
    let own = actor.organisation.as_ref().filter(|_| actor.has(Role::Registrar));
    let (open, in_force) = match own {
        Some(owner) => {
            let size = i32::try_from(MAX_PAGE_SIZE).unwrap_or(i32::MAX);
            let request = ListRequest { page_size: size, ..ListRequest::default() };
            let open = app.list_open_versions(&context, owner, &request).await?;
            let rows = open.rows.iter().map(|entry| row(entry, &context)).collect();
            (rows, in_force(&scene, owner))
        }
        None => (vec![], vec![]),
    };
    let page = Work {
        shell: scene.shell("Your work", Area::Work),
        body: own.map(|code| scene.organisation(code)),
        waiting: waiting(&app, &scene, &context).await?,
        open,
        in_force,
        tasks: tasks(actor),
    };
    Ok(Html(page.render()?))
}

fn row(entry: &QueueEntry, context: &onus_app::Context) -> OpenVersion {
    let waiting = entry.filed.as_ref().map(|filed| (context.now - filed.at).num_days());
    OpenVersion {
        link: Link::new(format!("/drafts/{}/{}", entry.collection.id, entry.number), &entry.title),
        number: entry.number.to_string(),
        state: Tag::state(entry.state),
        waits_for: waits_for(entry.state).into(),
        since: match waiting.filter(|_| entry.state != VersionState::Draft) {
            Some(0) => "today".into(),
            Some(days) => display::things(usize::try_from(days).unwrap_or_default(), "day", "days"),
            None => String::new(),
        },
    }
}

/// For whom a version in a state waits, and to do what.
pub(crate) fn waits_for(state: VersionState) -> &'static str {
    match state {
        VersionState::Draft => "You, to finish and submit it",
        VersionState::Submitted => "The panel, to take it up",
        VersionState::InReview => "The panel, to decide",
        VersionState::Returned => "You, to change it: the panel sent it back",
        VersionState::Approved => "You, to publish it",
        _ => "Nobody",
    }
}

fn in_force(scene: &Scene, owner: &OdsCode) -> Vec<InForce> {
    let own = scene.view.collection_rows().filter(|row| row.collection.owner == *owner);
    let mut rows: Vec<_> = own
        .filter(|row| matches!(row.version.state, VersionState::Live | VersionState::Suspended))
        .map(|row| (row.version.expires_on, row))
        .collect();
    rows.sort_by_key(|(expires, row)| (*expires, &row.collection.id));
    rows.into_iter()
        .map(|(expires, row)| InForce {
            link: Link::new(
                format!("/drafts/{}/{}", row.collection.id, row.version.number),
                &row.version.content.title,
            ),
            state: Tag::state(row.version.state),
            reference: row.collection.reference.map(|one| one.to_string()).unwrap_or_default(),
            until: expires.map(|end| display::day(day_before(end))).unwrap_or_default(),
        })
        .collect()
}
