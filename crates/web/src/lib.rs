//! Pages in the NHS design system: convert, call the app, render. No rule of the registry lives here.
//!
//! | folder | what |
//! |---|---|
//! | [`pages`] | what each page shows, ready to show, and its template |
//! | `build` | from the registry to pages |
//! | `handlers` | from requests to pages |
//! | `registrar` | the forms of a registrar: what each shows, and how it is read back |
//! | `assets/` | style sheets and icons; `VENDOR.md` says which are vendored |
//! | `examples/gallery` | every page in typical, empty and extreme states, without a registry |

mod admin;
mod answers;
mod asked;
mod assets;
mod build;
mod challenge_form;
mod challenges;
mod consultations;
mod cookies;
mod editions;
mod feedback;
mod forms;
mod handlers;
mod headers;
mod organisations;
mod own_subscriptions;
mod panel;
mod plans;
mod rate;
mod refusal;
mod registrar;
mod reuse;
mod sign_in;
mod steward;
mod submissions;
mod submissions_file;
mod subscriptions;
mod tariffs;
mod visit;

pub mod fields;
pub mod pages;
pub mod parts;
pub mod shell;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{MethodRouter, get, post},
};
use onus_app::App;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;

/// All pages and assets, and `/healthz`. An address that none of them has is answered with a page of its own.
///
/// Compression, request identifiers and time limits are the server's.
#[expect(clippy::too_many_lines, reason = "one line an address")]
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(handlers::home))
        .route("/search", get(handlers::search))
        .route("/collections", get(handlers::collections))
        .route("/collections/{id}", get(handlers::collection))
        .route("/collections/{id}/versions/{number}", get(handlers::version))
        .route("/overlaps", get(handlers::overlaps))
        .route("/overlaps/{left}/{right}", get(handlers::overlap))
        .route("/definitions", get(handlers::definitions))
        .route("/definitions/{id}", get(handlers::definition))
        .route("/matches/{left}/{right}", get(steward::one).post(steward::decide))
        .route("/steward/matches", get(steward::queue))
        .route("/challenges", get(challenges::list))
        .route("/challenges/new", get(challenge_form::ask).post(challenge_form::raise))
        .route("/challenges/{id}", get(challenges::one).post(challenges::step))
        .route("/feedback", get(feedback::feedback).post(feedback::give))
        .route("/work", get(registrar::work::work))
        .route("/register", get(registrar::start::ask).post(registrar::start::register))
        .route("/drafts/{id}/{number}", get(registrar::tasks::show))
        .route("/drafts/{id}/{number}/steps", post(registrar::steps::take))
        .route("/drafts/{id}/{number}/changes", get(registrar::check::changes))
        .route(
            "/drafts/{id}/{number}/texts/{page}",
            get(registrar::texts::show).post(registrar::texts::write),
        )
        .route(
            "/drafts/{id}/{number}/respondents",
            get(registrar::respondents::show).post(registrar::respondents::write),
        )
        .route(
            "/drafts/{id}/{number}/schedule",
            get(registrar::schedule::show).post(registrar::schedule::write),
        )
        .route("/drafts/{id}/{number}/items", get(registrar::items::show).post(registrar::items::remove))
        .route("/drafts/{id}/{number}/items/add", get(registrar::items::find).post(registrar::items::add))
        .route(
            "/drafts/{id}/{number}/items/file",
            large(get(registrar::file::ask).post(registrar::file::sent)),
        )
        .route("/drafts/{id}/{number}/items/columns", large(post(registrar::file::named)))
        .route("/drafts/{id}/{number}/items/take", large(post(registrar::file::take)))
        .route("/drafts/{id}/{number}/items/template.csv", get(registrar::file::template))
        .route(
            "/drafts/{id}/{number}/items/{position}",
            get(registrar::item::show).post(registrar::item::write),
        )
        .route("/drafts/{id}/{number}/burden", get(registrar::burden::show).post(registrar::burden::write))
        .route(
            "/drafts/{id}/{number}/duplicates",
            get(registrar::duplicates::show).post(registrar::duplicates::write),
        )
        .route("/drafts/{id}/{number}/check", get(registrar::check::show).post(registrar::check::submit))
        .route("/admin", get(admin::overview))
        .route("/admin/accounts", get(admin::list))
        .route("/admin/accounts/{id}", get(admin::account).post(admin::change))
        .route("/admin/new-account", get(admin::ask).post(admin::create))
        .route("/admin/organisations", get(organisations::list))
        .route("/admin/organisations/{code}", get(organisations::one).post(organisations::change))
        .route("/admin/new-organisation", get(organisations::ask_new).post(organisations::create))
        .route("/admin/audit", get(admin::log))
        .route("/admin/audit/{id}", get(admin::entry))
        .route("/panel", get(panel::queue).post(panel::decide_ticked))
        .route("/panel/{id}/{number}", get(panel::version).post(panel::decide))
        .route("/bodies", get(handlers::bodies))
        .route("/bodies/{code}", get(handlers::body))
        .route("/providers", get(handlers::providers))
        .route("/providers/{code}", get(handlers::provider))
        .route("/providers/{code}/change", get(handlers::provider_change))
        .route("/providers/{code}/change.csv", get(handlers::provider_change_file))
        .route("/providers/{code}/due.ics", get(handlers::provider_calendar))
        .route("/providers/{code}/submissions", get(submissions::list))
        .route(
            "/providers/{code}/submissions/file",
            large(get(submissions_file::ask).post(submissions_file::look)),
        )
        .route("/providers/{code}/submissions/take", large(post(submissions_file::take)))
        .route("/providers/{code}/submissions/template.csv", get(submissions_file::template_file))
        .route(
            "/providers/{code}/submissions/{collection}/{version}/{start}",
            get(submissions::one).post(submissions::record),
        )
        .route("/tariffs", get(tariffs::tariffs).post(tariffs::load))
        .route("/change", get(handlers::change))
        .route("/change.csv", get(handlers::change_file))
        .route("/consultations", get(consultations::list))
        .route("/consultations/{id}", get(consultations::one).post(consultations::step))
        .route("/drafts/{id}/{number}/consult", get(consultations::ask_new).post(consultations::open))
        .route("/reuse", get(reuse::list))
        .route("/reuse/{id}", get(reuse::one).post(reuse::step))
        .route("/plans", get(plans::list))
        .route("/plans/new", get(plans::ask_new).post(plans::create))
        .route("/plans/{code}", get(plans::one))
        .route("/plans/{code}/change", get(plans::ask_change).post(plans::change))
        .route("/editions", get(editions::list).post(editions::publish))
        .route("/editions/{month}", get(editions::one).post(editions::revise))
        .route("/editions/{month}/preview", get(editions::preview))
        .route("/editions/{month}/reports", get(editions::find_report))
        .route("/editions/{month}/revisions/{number}", get(editions::revision))
        .route("/editions/{month}/revisions/{number}/{*path}", get(editions::file_of_revision))
        .route("/editions/{month}/{*path}", get(editions::file))
        .route("/look-up", get(handlers::look_up))
        .route("/asked", large(get(asked::ask).post(asked::answered)))
        .route("/asked/crosswalk.csv", large(post(asked::crosswalk)))
        .route("/subscriptions", get(own_subscriptions::own).post(own_subscriptions::create))
        .route("/subscriptions/{id}", get(own_subscriptions::subscription).post(own_subscriptions::change))
        .route("/subscriptions/confirm", get(subscriptions::ask_to_confirm).post(subscriptions::confirm))
        .route("/subscriptions/unsubscribe", get(subscriptions::ask_to_end).post(subscriptions::end))
        .route("/about", get(handlers::about))
        .route("/defaults", get(handlers::defaults))
        .route("/accessibility", get(handlers::accessibility))
        .route("/assets/{version}/{file}", get(assets::serve))
        .route("/sign-in", get(sign_in::sign_in).post(sign_in::sign_in_demo))
        .route("/sign-in/callback", get(sign_in::callback))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/signed-out", get(sign_in::signed_out))
        .route("/account", get(sign_in::account))
        .route("/healthz", get(handlers::healthz))
        .fallback(handlers::no_page)
        .layer(CatchPanicLayer::custom(refusal::after_panic))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), visit::answer))
        .layer(middleware::from_fn(rate::admit))
        .layer(middleware::from_fn(headers::add))
        .with_state(app)
}

/// An address that takes files.
fn large(route: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    route.layer(DefaultBodyLimit::max(asked::MOST_BYTES))
}
