//! `onus challenge`: yellow cards, over gRPC.

use crate::{
    cli::{Challenge, Form, NewCard, Registry},
    client::refused,
    commands::{print_json, table},
};
use onus_domain::{Error, Result, Violation};
use onus_proto::v1::{self as pb, challenge_service_client::ChallengeServiceClient};
use serde::Serialize;
use std::{fs, io::Read as _, path::Path};
use tonic::transport::Channel;

/// Challenges that are asked for at a time.
const PAGE: i32 = 1_000;

/// A challenge as it is printed.
#[derive(Debug, Serialize)]
struct Card {
    name: String,
    provider: String,
    owner: String,
    collection: String,
    version: String,
    reference: String,
    reason: &'static str,
    items: Vec<u32>,
    duplicate_of: String,
    duplicate_definitions: Vec<String>,
    text: String,
    request_text: String,
    state: &'static str,
    raised_on: String,
    answer_due: String,
    overdue: bool,
    answer: Option<Ruling>,
    escalated_on: String,
    escalation: String,
    decision: Option<Ruling>,
    withdrawn_on: String,
    etag: String,
}

#[derive(Debug, Serialize)]
struct Ruling {
    outcome: &'static str,
    text: String,
    on: String,
}

/// Does what is asked, and prints what the registry says.
pub fn run(command: &Challenge) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new().map_err(Error::internal)?;
    runtime.block_on(async {
        match command {
            Challenge::List { filter, registry, output } => {
                let cards = list(registry, filter).await?;
                if output.output == Form::Json {
                    return print_json(&cards);
                }
                let mut table =
                    table(&["name", "provider", "owner", "about", "reason", "state", "answer due"]);
                for card in &cards {
                    let about =
                        [&card.collection, &card.reference].into_iter().find(|about| !about.is_empty());
                    let about = about.map_or("not registered", String::as_str);
                    let state =
                        if card.overdue { format!("{}, overdue", card.state) } else { card.state.into() };
                    let row: [&str; 7] = [
                        &card.name,
                        &card.provider,
                        &card.owner,
                        about,
                        card.reason,
                        &state,
                        &card.answer_due,
                    ];
                    table.add_row(row);
                }
                println!("{table}");
                Ok(())
            }
            Challenge::Show { name, registry, output } => {
                let request = registry.request(pb::GetChallengeRequest { name: name.clone() })?;
                let found = client(registry).await?.get_challenge(request).await;
                print(&card(found.map_err(|status| refused(&status))?.into_inner()), output.output)
            }
            Challenge::Create(new) => {
                let made = create(new).await?;
                if new.dry_run {
                    eprintln!("Dry run: nothing is in the way, nothing was stored.");
                }
                print(&made, new.output.output)
            }
        }
    })
}

async fn client(registry: &Registry) -> Result<ChallengeServiceClient<Channel>> {
    Ok(ChallengeServiceClient::new(registry.connect().await?).max_decoding_message_size(64 << 20))
}

async fn list(registry: &Registry, filter: &str) -> Result<Vec<Card>> {
    let mut client = client(registry).await?;
    let (mut cards, mut page_token) = (vec![], String::new());
    loop {
        let ask = pb::ListChallengesRequest {
            page_size: PAGE,
            page_token,
            filter: filter.to_owned(),
            order_by: String::new(),
        };
        let page = client.list_challenges(registry.request(ask)?).await;
        let page = page.map_err(|status| refused(&status))?.into_inner();
        cards.extend(page.challenges.into_iter().map(card));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(cards);
        }
    }
}

async fn create(new: &NewCard) -> Result<Card> {
    let organisation = |code: &dyn std::fmt::Display| format!("organisations/{code}");
    let collection = |id: &dyn std::fmt::Display| format!("collections/{id}");
    let reason = format!("CHALLENGE_REASON_{}", new.reason);
    let challenge = pb::Challenge {
        provider: organisation(&new.provider),
        owner: new.owner.as_ref().map(|code| organisation(code)).unwrap_or_default(),
        collection: new.collection.as_ref().map(|id| collection(id)).unwrap_or_default(),
        reference: new.reference.clone(),
        request_text: new.request.as_deref().map(read).transpose()?.unwrap_or_default(),
        reason: pb::ChallengeReason::from_str_name(&reason).unwrap_or_default().into(),
        text: new.text.clone(),
        items: new.items.clone(),
        duplicate_of: new.duplicate_of.as_ref().map(|id| collection(id)).unwrap_or_default(),
        duplicate_definitions: new.definitions.iter().map(|id| format!("definitions/{id}")).collect(),
        ..Default::default()
    };
    let create = pb::CreateChallengeRequest {
        challenge: Some(challenge),
        validate_only: new.dry_run,
        request_id: String::new(),
    };
    let made = client(&new.registry).await?.create_challenge(new.registry.request(create)?).await;
    Ok(card(made.map_err(|status| refused(&status))?.into_inner()))
}

fn read(file: &Path) -> Result<String> {
    let read = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    read.map_err(|error| {
        let expected = format!("a text file in UTF-8 that can be read ({error})");
        Violation::new("--request", "READABLE", file.display(), expected).into()
    })
}

fn card(of: pb::Challenge) -> Card {
    Card {
        reason: of.reason().as_str_name().trim_start_matches("CHALLENGE_REASON_"),
        state: of.state().as_str_name().trim_start_matches("CHALLENGE_STATE_"),
        answer: of.answer.map(ruling),
        decision: of.decision.map(ruling),
        name: of.name,
        provider: of.provider,
        owner: of.owner,
        collection: of.collection,
        version: of.version,
        reference: of.reference,
        items: of.items,
        duplicate_of: of.duplicate_of,
        duplicate_definitions: of.duplicate_definitions,
        text: of.text,
        request_text: of.request_text,
        raised_on: of.raised_on,
        answer_due: of.answer_due,
        overdue: of.overdue,
        escalated_on: of.escalated_on,
        escalation: of.escalation,
        withdrawn_on: of.withdrawn_on,
        etag: of.etag,
    }
}

fn ruling(of: pb::ChallengeRuling) -> Ruling {
    let outcome = of.outcome().as_str_name().trim_start_matches("CHALLENGE_OUTCOME_");
    Ruling { outcome, text: of.text, on: of.on }
}

fn print(card: &Card, form: Form) -> Result<()> {
    if form == Form::Json {
        return print_json(card);
    }
    let ruled = |ruling: &Option<Ruling>| {
        ruling.as_ref().map(|one| format!("{} on {}: {}", one.outcome, one.on, one.text)).unwrap_or_default()
    };
    let items: Vec<_> = card.items.iter().map(ToString::to_string).collect();
    let mut table = table(&["challenge", &card.name]);
    for (field, value) in [
        ("provider", card.provider.clone()),
        ("owner", card.owner.clone()),
        ("collection", card.collection.clone()),
        ("reference", card.reference.clone()),
        ("items", items.join(", ")),
        ("reason", card.reason.to_owned()),
        ("text", card.text.clone()),
        ("duplicate of", card.duplicate_of.clone()),
        ("definitions", card.duplicate_definitions.join(", ")),
        ("state", card.state.to_owned()),
        ("raised on", card.raised_on.clone()),
        ("answer due", card.answer_due.clone()),
        ("answer", ruled(&card.answer)),
        ("escalated on", card.escalated_on.clone()),
        ("not satisfied because", card.escalation.clone()),
        ("decision", ruled(&card.decision)),
        ("withdrawn on", card.withdrawn_on.clone()),
    ] {
        if !value.is_empty() {
            table.add_row([field, &value]);
        }
    }
    println!("{table}");
    Ok(())
}
