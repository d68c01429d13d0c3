//! More rows under what the script itself makes, and what no call alone makes: deliveries that were given up, an address to be confirmed.

use super::{sow::code, *};
use onus_domain::{
    account::ServiceToken,
    audit::{Audience, AuditEntry, Change},
    challenge::{Challenge, ChallengeOutcome, ChallengeReason, ChallengeState, Ruling},
    consultation,
    feedback::{Feedback, FeedbackAnswer, FeedbackTheme},
    subscription::{
        Cadence, Channel, Delivery, DeliveryKind, DeliveryState, Subscription, SubscriptionState,
    },
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What confirms the subscription that waits for it.
const CONFIRMATION: &str = "a-token-that-was-sent";

/// The key at the end of a resource name.
fn key_of(name: &str) -> Uuid {
    name.rsplit('/').next().and_then(|key| key.parse().ok()).expect("a key")
}

impl Script {
    /// A subscription of an account's.
    pub(super) fn subscription(&self, account: &str) -> Subscription {
        let id = self.id();
        Subscription {
            id,
            account: account.into(),
            display_name: "Theirs".into(),
            channel: Channel::Webhook,
            address: "https://hooks.example.org/theirs".into(),
            filter: onus_domain::event::EventFilter::default(),
            cadence: Cadence::Each,
            state: SubscriptionState::Active,
            secret: "whsec_none".into(),
            unsubscribe: id.to_string(),
            confirmation: None,
            created_at: self.served.test.system().now,
            revision: 1,
        }
    }

    /// Yellow cards of R1A's to the published collection, every other one answered; and its feedback.
    pub(super) async fn sow_challenges(&self) {
        let ruling = Ruling {
            outcome: ChallengeOutcome::NotUpheld,
            text: "It is clear.".into(),
            by: "demo-registrar".into(),
            on: today(),
        };
        let challenge = |row: u32| Challenge {
            id: self.id(),
            provider: code("R1A"),
            owner: code("X24"),
            collection: "critical-care".parse().ok(),
            version: Some(1),
            reference: String::new(),
            request_text: String::new(),
            reason: ChallengeReason::Unclear,
            text: "What is a unit?".into(),
            items: [1].into(),
            duplicate_of: None,
            duplicate_definitions: std::collections::BTreeSet::new(),
            state: if row.is_multiple_of(2) { ChallengeState::Answered } else { ChallengeState::Open },
            raised_on: today(),
            raised_by: "of-r1a".into(),
            answer_due: today(),
            answer: row.is_multiple_of(2).then(|| ruling.clone()),
            escalated_on: None,
            escalation: String::new(),
            decision: None,
            withdrawn_on: None,
            revision: 1,
        };
        let answer = FeedbackAnswer {
            theme: FeedbackTheme::Clarity,
            text: "They were told.".into(),
            author: "demo-panel-member".into(),
            on: today(),
        };
        let said = |_| Feedback {
            id: self.id(),
            provider: code("R1A"),
            body: code("X24"),
            theme: FeedbackTheme::Clarity,
            text: "What is a unit?".into(),
            rating: None,
            given_on: today(),
            author: "of-r1a".into(),
            answer: Some(answer.clone()),
            revision: 2,
        };
        let challenges: Vec<_> = self.each().map(challenge).collect();
        let feedback: Vec<_> = self.each().map(said).collect();
        let (challenges, feedback) = (&challenges, &feedback);
        let written = self.served.test.app.store().write(|tx| async move {
            for one in challenges {
                tx.insert_challenge(one).await?;
            }
            for one in feedback {
                tx.insert_feedback(one).await?;
            }
            Ok(())
        });
        written.await.expect("more of the same");
    }

    /// What providers said in a consultation.
    pub(super) async fn sow_comments(&self, consultation: &str) {
        let said = |_| consultation::Comment {
            id: self.id(),
            consultation: key_of(consultation),
            provider: code("R0A"),
            position: None,
            text: "We can.".into(),
            author: "demo-provider".into(),
            at: self.served.test.system().now,
            answer: None,
            revision: 1,
        };
        let comments: Vec<_> = self.each().map(said).collect();
        let comments = &comments;
        let written = self.served.test.app.store().write(|tx| async move {
            for one in comments {
                tx.insert_comment(one).await?;
            }
            Ok(())
        });
        written.await.expect("more of the same");
    }

    /// Tokens of an account.
    pub(super) async fn sow_tokens(&self, account: &str) {
        let now = self.served.test.system().now;
        let token = |row| ServiceToken {
            id: self.id(),
            account: AccountId::new(account).expect("a key"),
            label: format!("Token {row}"),
            digest: format!("{row:064x}"),
            created_at: now,
            created_by: "demo-admin".into(),
            expires_at: now + chrono::TimeDelta::days(30),
            revoked_at: None,
            last_used_on: None,
        };
        let tokens: Vec<_> = self.each().map(token).collect();
        let tokens = &tokens;
        let written = self.served.test.app.store().write(|tx| async move {
            for one in tokens {
                tx.insert_token(one).await?;
            }
            Ok(())
        });
        written.await.expect("more of the same");
    }

    /// Deliveries to a subscription that were given up, one at least; answers the name of one.
    pub(super) async fn sow_deliveries(&self, subscription: &str) -> String {
        let now = self.served.test.system().now;
        let dead = |_| Delivery {
            id: self.id().simple().to_string(),
            subscription: key_of(subscription),
            kind: DeliveryKind::Test,
            event: None,
            body: "{}".into(),
            due: now,
            state: DeliveryState::Dead,
            tries: 12,
            last_error: "nobody answers".into(),
            made_at: now,
            ended_at: Some(now),
        };
        let deliveries: Vec<_> = (0..=self.rows).map(dead).collect();
        let list = &deliveries;
        let written = self.served.test.app.store().write(|tx| async move { tx.add_deliveries(list).await });
        written.await.expect("more of the same");
        format!("{subscription}/deliveries/{}", deliveries[0].id)
    }

    /// A subscription whose address waits to be confirmed; answers the token that was sent there.
    pub(super) async fn sow_unconfirmed(&self) -> String {
        let waits = Subscription {
            channel: Channel::Email,
            address: "beds@example.nhs.uk".into(),
            state: SubscriptionState::Unconfirmed,
            confirmation: Some((
                format!("{:x}", Sha256::digest(CONFIRMATION)),
                self.served.test.system().now + chrono::TimeDelta::days(1),
            )),
            ..self.subscription("demo-registrar")
        };
        let waits = &waits;
        let written =
            self.served.test.app.store().write(|tx| async move { tx.insert_subscription(waits).await });
        written.await.expect("more of the same");
        CONFIRMATION.into()
    }

    /// Entries in the audit log that everybody may know of.
    pub(super) async fn sow_entries(&self) {
        let entry = |_| AuditEntry {
            id: self.id(),
            at: self.served.test.system().now,
            actor: "demo-registrar".into(),
            salt: "salt".into(),
            action: "collection.touch".into(),
            resource: "collections/critical-care".into(),
            owner: OdsCode::new("X24").ok(),
            audience: Audience::Public,
            before_digest: None,
            after_digest: None,
            reason: String::new(),
        };
        let changes: Vec<_> = (0..=self.rows).map(|row| Change { entry: entry(row), state: None }).collect();
        let changes = &changes;
        let written = self.served.test.app.store().write(|tx| async move { tx.append_audit(changes).await });
        written.await.expect("more of the same");
    }
}
