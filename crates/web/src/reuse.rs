//! Reuse agreements: what everybody may know of them, those that concern the reader, and one with what the reader can do with it.

use crate::{
    answers::{go_to, refused, told},
    build::{
        Scene, day_before,
        reuse::{needed_for, page, state_tag, waits_for},
    },
    fields::Fields,
    forms::Posted,
    handlers::{Application, scene},
    pages::{
        fields::Field,
        reuse::{Agreement, ReuseNeed, ReuseStep},
    },
    parts::{Problem, problem_of},
    refusal::Refusal,
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, Response},
};
use onus_app::{
    Context,
    paging::{ListRequest, MAX_PAGE_SIZE},
    reuse::ReuseMoveRequest,
};
use onus_domain::{
    Error, Result, display,
    reuse::{Need, ReuseAgreement, ReuseMove},
    role::{Act, Actor},
};
use std::collections::BTreeSet;
use strum::VariantArray;
use uuid::Uuid;

/// `GET /reuse`.
pub(crate) async fn list(State(app): Application, Caller(context): Caller) -> Result<Html<String>, Refusal> {
    let own = if has_own(&context.actor) {
        let size = i32::try_from(MAX_PAGE_SIZE).unwrap_or(i32::MAX);
        let request = ListRequest { page_size: size, ..ListRequest::default() };
        let mut rows: Vec<_> =
            app.list_reuse(&context, &request).await?.rows.into_iter().map(|row| row.agreement).collect();
        rows.retain(|agreement| agreement.is_for(&context.actor));
        Some(rows)
    } else {
        None
    };
    Ok(Html(page(&scene(&app).await?, own.as_deref()).render()?))
}

/// Whether there may be agreements that concern somebody.
fn has_own(actor: &Actor) -> bool {
    actor.is_known() && Act::ReadUnpublished.allowed_to(actor, actor.organisation.as_ref())
}

/// `GET /reuse/{id}`.
pub(crate) async fn one(
    State(app): Application,
    Caller(context): Caller,
    Path(id): Path<String>,
) -> Result<Html<String>, Refusal> {
    let agreement = app.reuse_agreement(&context, id_of(&id)?).await?;
    Ok(Html(shown(&scene(&app).await?, &context, &agreement, None, vec![]).render()?))
}

/// `POST /reuse/{id}`.
pub(crate) async fn step(
    State(app): Application,
    Caller(context): Caller,
    Path(id): Path<String>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let step: ReuseMove =
        fields.text("step").parse().map_err(|_| Error::not_found("step", fields.text("step")))?;
    let (day, reason) = (id_in(step, "day"), id_in(step, "reason"));
    let once = fields.once(&context)?;
    let made = match fields.typed_day(&day).read(day_rule(step)) {
        Ok(on) => {
            let etag = format!("\"{}\"", fields.text("revision"));
            let request = ReuseMoveRequest { etag, reason: fields.typed(&reason), on, validate_only: false };
            app.once(&once, app.move_reuse(&once, step, id, &request)).await
        }
        Err(wrong) => Err(wrong.into()),
    };
    let wrong = match made {
        Ok(_) => return Ok(go_to(&format!("/reuse/{id}"))),
        Err(error) => told(error, &[(day_rule(step), &day, "From when"), ("reason", &reason, "Why")])?,
    };
    let agreement = app.reuse_agreement(&context, id).await?;
    refused(&shown(&scene(&app).await?, &context, &agreement, Some(&fields), wrong))
}

fn id_of(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::not_found("reuse agreement", format!("reuse/{text}")))
}

/// A field's name in the form of a step: several forms stand on one page.
fn id_in(step: ReuseMove, name: &str) -> String {
    format!("{}-{name}", step.as_str().to_lowercase())
}

/// What the rules call the day of a step.
fn day_rule(step: ReuseMove) -> &'static str {
    if step == ReuseMove::Deliver { "delivered_on" } else { "ends_on" }
}

fn shown(
    scene: &Scene,
    context: &Context,
    agreement: &ReuseAgreement,
    fields: Option<&Fields>,
    problems: Vec<Problem>,
) -> Agreement {
    let needed_for = needed_for(scene, agreement);
    Agreement {
        shell: scene
            .shell(format!("Reuse for {needed_for}"), Area::Other)
            .under("/reuse", "Reuse instead of asking"),
        state: state_tag(agreement, scene.today),
        waits_for: waits_for(scene, agreement),
        collection: place(scene, context, agreement),
        needed_for,
        recipient: scene.organisation(&agreement.recipient),
        holder: scene.organisation(&agreement.holder),
        needs: agreement.needs.iter().map(|need| shown_need(scene, need)).collect(),
        months: match agreement.to {
            Some(to) => format!("{} to {}", agreement.from.in_words(), to.in_words()),
            None => format!("{} and later", agreement.from.in_words()),
        },
        grain: agreement.grain.clone(),
        legal_basis: agreement.legal_basis.clone(),
        purpose: agreement.purpose.clone(),
        course: course(agreement),
        reason: display::paragraphs(&agreement.reason),
        steps: steps(context, agreement).map(|step| shown_step(step, fields, &problems)).collect(),
        revision: agreement.revision,
        request_id: context.new_id().to_string(),
        action: format!("/reuse/{}", agreement.id),
        problems,
    }
}

/// Where what it is needed for can be read: published by everybody, a draft by its owner.
fn place(scene: &Scene, context: &Context, agreement: &ReuseAgreement) -> Option<String> {
    if scene.view.collection_row(&agreement.collection).is_some() {
        Some(scene.collection(&agreement.collection).href)
    } else {
        let own = Act::WriteDraft.allowed_to(&context.actor, Some(&agreement.recipient));
        own.then(|| format!("/drafts/{}/{}", agreement.collection, agreement.version))
    }
}

fn shown_need(scene: &Scene, need: &Need) -> ReuseNeed {
    let collections: BTreeSet<_> = need.held.iter().map(|held| &held.collection).collect();
    ReuseNeed {
        position: need.position.to_string(),
        definition: scene.definition(&need.definition),
        held_in: collections.into_iter().map(|id| scene.collection(id)).collect(),
    }
}

/// What happened, in order.
fn course(agreement: &ReuseAgreement) -> Vec<(String, String)> {
    let events = [
        ("Asked for", Some(agreement.requested_on)),
        ("Went to the panel for want of an answer", agreement.escalated_on),
        ("Answered", agreement.answered_on),
        ("First delivery", agreement.first_delivery),
        ("Last day", agreement.ends_on.map(day_before)),
    ];
    events.into_iter().filter_map(|(what, day)| Some((what.to_owned(), display::day(day?)))).collect()
}

/// The moves that whoever looks can make.
fn steps(context: &Context, agreement: &ReuseAgreement) -> impl Iterator<Item = ReuseMove> {
    let can = |step: &ReuseMove| {
        *step != ReuseMove::Request
            && step.leads_to(Some(agreement.state)).is_some()
            && step.allowed_to(&context.actor, agreement)
    };
    ReuseMove::VARIANTS.iter().copied().filter(can)
}

fn shown_step(step: ReuseMove, fields: Option<&Fields>, problems: &[Problem]) -> ReuseStep {
    let (label, day, hint) = match step {
        ReuseMove::Agree => ("Agree to give it", None, "Anything the other body has to know"),
        ReuseMove::Refuse => ("Refuse", None, "The other body then has to ask providers, or do without"),
        ReuseMove::Deliver => ("Say that it was delivered", Some("When did data first come?"), ""),
        _ => ("End it", Some("From which day on does no more come?"), ""),
    };
    let needs_reason = matches!(step, ReuseMove::Refuse | ReuseMove::End);
    let sent = fields.filter(|fields| fields.text("step") == step.as_str());
    let typed = sent.map(|fields| fields.typed_day(&id_in(step, "day"))).unwrap_or_default();
    ReuseStep {
        key: step.as_str().into(),
        label: label.into(),
        day: day.map(|legend| typed.show(&id_in(step, "day"), legend, "Leave it empty for today", problems)),
        reason: Field {
            id: id_in(step, "reason"),
            label: if needs_reason { "Why" } else { "In words (optional)" }.into(),
            hint: hint.into(),
            value: sent.map(|fields| fields.typed(&id_in(step, "reason"))).unwrap_or_default(),
            rows: 3,
            problem: problem_of(problems, &id_in(step, "reason")),
            ..Field::default()
        },
        warns: needs_reason,
    }
}
