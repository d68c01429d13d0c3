//! What waits for whoever looks: challenges and requests for data to be answered, drafts to be commented.

use crate::{build::Scene, pages::registrar::Waiting, parts::Link};
use chrono::NaiveDate;
use onus_app::{App, Context, paging::ListRequest};
use onus_domain::{OdsCode, Result, display, role::Role};

/// Of each kind that are named: the first due. The lists have all.
const MOST: i32 = 10;

/// What waits, the first due first.
pub(super) async fn waiting(app: &App, scene: &Scene, context: &Context) -> Result<Vec<Waiting>> {
    let actor = &context.actor;
    let own = |role: Role| actor.organisation.as_ref().filter(|_| actor.has(role));
    let mut found = vec![];
    if let Some(owner) = own(Role::Registrar) {
        challenges(app, scene, context, &format!("state = OPEN AND owner = {owner}"), &mut found).await?;
        requests(app, scene, context, owner, &mut found).await?;
    }
    if actor.has(Role::PanelMember) || actor.has(Role::PanelChair) {
        challenges(app, scene, context, "state = ESCALATED", &mut found).await?;
    }
    if own(Role::ProviderUser).is_some() {
        drafts(app, scene, context, &mut found).await?;
    }
    found.sort_by_key(|(due, _)| *due);
    Ok(found.into_iter().map(|(_, one)| one).collect())
}

type Found = Vec<(NaiveDate, Waiting)>;

fn request(filter: String, order_by: &str) -> ListRequest {
    ListRequest { page_size: MOST, filter, order_by: order_by.into(), ..ListRequest::default() }
}

fn by(due: NaiveDate, late: bool, what: &str) -> String {
    let late = if late { ": it is late" } else { "" };
    format!("{what} by {}{late}", display::day(due))
}

async fn challenges(
    app: &App,
    scene: &Scene,
    context: &Context,
    filter: &str,
    found: &mut Found,
) -> Result<()> {
    let page = app.list_challenges(context, &request(filter.into(), "")).await?;
    found.extend(page.rows.into_iter().map(|row| {
        let one = row.challenge;
        let title = match &one.collection {
            Some(id) => scene.title(id),
            None => "A request that is not registered".into(),
        };
        let escalated = one.escalated_on.is_some();
        let what = if escalated { "Decide".into() } else { by(one.answer_due, row.overdue, "Answer") };
        let link = Link::new(format!("/challenges/{}", one.id), title);
        (one.answer_due, Waiting { link, kind: "Challenge", what })
    }));
    Ok(())
}

async fn requests(
    app: &App,
    scene: &Scene,
    context: &Context,
    holder: &OdsCode,
    found: &mut Found,
) -> Result<()> {
    let asked = request(format!("state = REQUESTED AND holder = {holder}"), "");
    let page = app.list_reuse(context, &asked).await?;
    found.extend(page.rows.into_iter().map(|row| {
        let one = row.agreement;
        let link = Link::new(format!("/reuse/{}", one.id), scene.organisation(&one.recipient));
        (
            one.answer_due,
            Waiting { link, kind: "Request for data", what: by(one.answer_due, row.overdue, "Answer") },
        )
    }));
    Ok(())
}

async fn drafts(app: &App, scene: &Scene, context: &Context, found: &mut Found) -> Result<()> {
    let page = app.list_consultations(context, &request("open = true".into(), "")).await?;
    found.extend(page.rows.into_iter().map(|row| {
        let one = row.consultation;
        let link = Link::new(format!("/consultations/{}", one.id), scene.organisation(&one.owner));
        (
            one.closes_on,
            Waiting { link, kind: "Draft shown to you", what: by(one.closes_on, false, "Comment") },
        )
    }));
    Ok(())
}
