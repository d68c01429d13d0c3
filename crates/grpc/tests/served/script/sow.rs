//! More rows of everything: written beside the application, like those that are there, and of no use to the calls that are made.

use super::*;
use onus_domain::{
    CollectionId, ConceptId, DefinitionId, Month,
    account::{Account, AccountKind},
    collection::Collection,
    concept::{ConceptMember, Strength},
    consultation,
    definition::Definition,
    edition::{Edition, EditionFile},
    relation::{Match, Relation},
    renewal::ItemUse,
    reuse::{Need, ReuseAgreement, ReuseState},
    review::{Comment, CommentAudience},
    statement::{Activity, BurdenStatement, CostLine, LineBasis, Method, StaffRole},
    version::{Version, VersionState},
};
use std::ops::RangeInclusive;
use uuid::Uuid;

fn definition(row: u32) -> DefinitionId {
    DefinitionId::new(format!("row-{row:04}")).expect("a key")
}

fn collection(row: u32) -> CollectionId {
    CollectionId::new(format!("row-{row}")).expect("a key")
}

pub(super) fn code(text: &str) -> OdsCode {
    OdsCode::new(text).expect("a code")
}

impl Script {
    pub(super) fn each(&self) -> RangeInclusive<u32> {
        1..=self.rows
    }

    /// A new key.
    pub(super) fn id(&self) -> Uuid {
        self.served.test.system().new_id()
    }

    /// Sows what every call may meet.
    pub(super) async fn sow(&self) {
        let id = CollectionId::new("critical-care").expect("a key");
        let store = self.served.test.app.store();
        let (published, versions) =
            store.collection_with_versions(&id).await.expect("read").expect("it is published");
        self.sow_registry().await;
        self.sow_collections(&published, &versions[0]).await;
        self.sow_beside(&versions[0]).await;
        self.sow_shared(&versions[0]).await;
        self.sow_challenges().await;
        self.sow_editions().await;
        self.sow_people().await;
        self.register("X98").await;
    }

    /// Organisations, subjects, definitions, with their concepts and matches.
    async fn sow_registry(&self) {
        let store = self.served.test.app.store();
        let snapshot = store.snapshot().await.expect("read");
        let provider = snapshot.organisation(&code("R0A")).expect("a provider");
        let organisations: Vec<_> = self
            .each()
            .map(|row| Organisation {
                code: code(&format!("R{row:04}")),
                provider_type: Some(ProviderType::Ambulance),
                ..provider.clone()
            })
            .collect();
        let subjects: Vec<_> = self
            .each()
            .map(|row| Subject {
                id: SubjectId::new(format!("ROW_{row}")).expect("a key"),
                ..snapshot.subjects[0].clone()
            })
            .collect();
        let held = snapshot.definition(&"unit-function".parse().expect("a key")).expect("a definition");
        let definitions: Vec<_> = self
            .each()
            .map(|row| Definition { id: definition(row), name: format!("Question {row}"), ..held.clone() })
            .collect();
        let members = definitions.iter().map(|one| ConceptMember {
            definition: one.id.clone(),
            concept: ConceptId::of(&one.id),
            strength: Strength::Confirmed,
        });
        let concepts: Vec<_> = snapshot.concepts.iter().cloned().chain(members).collect();
        let matches: Vec<_> = definitions.windows(2).map(|pair| alike(&pair[0], &pair[1])).collect();
        let (organisations, subjects, matches) = (&organisations, &subjects, &matches);
        let (definitions, concepts) = (&definitions, &concepts);
        let written = store.write(|tx| async move {
            tx.insert_organisations(organisations).await?;
            tx.upsert_subjects(subjects).await?;
            tx.insert_definitions(definitions).await?;
            tx.replace_concepts(concepts).await?;
            tx.upsert_matches(matches).await
        });
        written.await.expect("more of the same");
    }

    /// Collections of X25's in force, each asking a definition of its own and some also one that others ask; a tenth as many with the panel.
    async fn sow_collections(&self, like: &Collection, version: &Version) {
        let another =
            |id: CollectionId| Collection { id, owner: code("X25"), reference: None, ..like.clone() };
        let asking = |row: u32| {
            let mut asked = version.clone();
            asked.collection = collection(row);
            asked.content.items.truncate(if row % 100 == 1 { 2 } else { 1 });
            if let Some(own) = asked.content.items.last_mut() {
                own.definition = definition(row);
            }
            asked
        };
        let waiting = |row: u32| {
            let waits = Version { state: VersionState::Submitted, live_from: None, ..asking(row) };
            Version { collection: queued(row), ..waits }
        };
        let with_the_panel = || self.each().step_by(10);
        let collections: Vec<_> =
            self.each().map(collection).chain(with_the_panel().map(queued)).map(another).collect();
        let versions: Vec<_> = self.each().map(asking).chain(with_the_panel().map(waiting)).collect();
        let (c, v) = (&collections, &versions);
        let written = self.served.test.app.store().write(|tx| async move {
            tx.insert_collections(c).await?;
            tx.insert_versions(v).await
        });
        written.await.expect("more of the same");
    }

    /// What lies under the published version: versions that came to nothing after it, rulings, comments, uses, statements.
    async fn sow_beside(&self, version: &Version) {
        let store = self.served.test.app.store();
        let (id, now) = (&version.collection, self.served.test.system().now);
        let versions: Vec<_> = (2..2 + self.rows / 10)
            .map(|number| Version {
                number,
                state: VersionState::Withdrawn,
                live_from: None,
                ..version.clone()
            })
            .collect();
        let ruled = store.read(async |tx| tx.reviews_of(id, 1).await).await.expect("read");
        let reviews: Vec<_> =
            self.each().map(|_| onus_domain::review::Review { id: self.id(), ..ruled[0].clone() }).collect();
        let comment = |_| Comment {
            id: self.id(),
            collection: id.clone(),
            version: 1,
            position: None,
            audience: CommentAudience::OwnerAndPanel,
            text: "So it is.".into(),
            author: "demo-panel-member".into(),
            at: now,
        };
        let item = &version.content.items[0];
        let used = |_| ItemUse {
            id: self.id(),
            collection: id.clone(),
            version: 1,
            position: 1,
            definition: item.definition.clone(),
            subject: item.subject.clone(),
            used_on: today(),
            what: "A plan".into(),
            recorded_by: "demo-registrar".into(),
            at: now,
        };
        let line = CostLine {
            activity: Activity::Extraction,
            staff_role: StaffRole::DataClerk,
            basis: LineBasis::PerSubmission,
            minutes: "30".parse().expect("a number"),
            unit_measure: None,
            unit_size: None,
            life_months: None,
            external_pence: 0,
        };
        let stated = |row| BurdenStatement {
            collection: id.clone(),
            version: 1,
            from_date: today() - chrono::Days::new(row),
            method: Method::Declared,
            lines: vec![line.clone()],
        };
        let comments: Vec<_> = self.each().map(comment).collect();
        let uses: Vec<_> = self.each().map(used).collect();
        let statements: Vec<_> = self.each().map(|row| stated(u64::from(row))).collect();
        let (versions, reviews, comments) = (&versions, &reviews, &comments);
        let (uses, statements) = (&uses, &statements);
        let written = store.write(|tx| async move {
            tx.insert_versions(versions).await?;
            tx.insert_reviews(reviews).await?;
            tx.insert_comments(comments).await?;
            tx.insert_item_uses(uses).await?;
            tx.insert_statements(statements).await
        });
        written.await.expect("more of the same");
    }

    /// Agreements by which X24 gives X25 what the collections sown need, and consultations.
    async fn sow_shared(&self, version: &Version) {
        let item = &version.content.items[0];
        let agreement = |row| ReuseAgreement {
            id: self.id(),
            holder: code("X24"),
            recipient: code("X25"),
            collection: collection(row),
            version: 1,
            needs: vec![Need {
                position: 1,
                definition: definition(row),
                subject: item.subject.clone(),
                concept: ConceptId::of(&definition(row)),
                held: vec![],
            }],
            from: "2026-11".parse().expect("a month"),
            to: None,
            grain: String::new(),
            legal_basis: "Section 60".into(),
            purpose: "To inspect".into(),
            state: if row % 2 == 0 { ReuseState::Active } else { ReuseState::Requested },
            requested_on: today(),
            answer_due: today(),
            escalated_on: None,
            answered_on: (row % 2 == 0).then(today),
            first_delivery: (row % 2 == 0).then(today),
            ends_on: None,
            reason: String::new(),
            revision: 1,
        };
        let consulted = |_| consultation::Consultation {
            id: self.id(),
            collection: version.collection.clone(),
            version: 1,
            owner: code("X24"),
            providers: [code("R0A")].into(),
            question: "Can you answer it?".into(),
            opened_on: today(),
            closes_on: today(),
            closed_on: None,
            revision: 1,
        };
        let agreements: Vec<_> = self.each().map(agreement).collect();
        let consultations: Vec<_> = self.each().map(consulted).collect();
        let (agreements, consultations) = (&agreements, &consultations);
        let written = self.served.test.app.store().write(|tx| async move {
            for one in agreements {
                tx.insert_reuse(one).await?;
            }
            for one in consultations {
                tx.insert_consultation(one).await?;
            }
            Ok(())
        });
        written.await.expect("more of the same");
    }

    async fn sow_editions(&self) {
        let latest: Month = "2026-09".parse().expect("a month");
        let edition = |row: u32| {
            let month = latest.plus(-row.cast_signed());
            let file = EditionFile {
                path: "README.md".into(),
                media_type: "text/markdown".into(),
                size: 1,
                sha256: "0".repeat(64),
            };
            Edition {
                month,
                revision: 1,
                closing_date: month.last_day(),
                known_at: self.served.test.system().now,
                made_at: self.served.test.system().now,
                reason: String::new(),
                summary: "{}".into(),
                files: vec![file],
            }
        };
        let editions: Vec<_> = self.each().map(edition).collect();
        let editions = &editions;
        let written = self.served.test.app.store().write(|tx| async move {
            for one in editions {
                tx.insert_edition(one, &[vec![b'#']]).await?;
            }
            Ok(())
        });
        written.await.expect("more of the same");
    }

    /// Accounts, and subscriptions of others.
    async fn sow_people(&self) {
        let now = self.served.test.system().now;
        let account = |row| Account {
            id: AccountId::new(format!("row-{row}")).expect("a key"),
            kind: AccountKind::Machine,
            display_name: format!("Machine {row}"),
            granted: Grant::none(),
            claimed: Grant::none(),
            identity: None,
            certificate: None,
            created_at: now,
            disabled_at: None,
            revision: 1,
        };
        let accounts: Vec<_> = self.each().map(account).collect();
        let subscriptions: Vec<_> = self.each().map(|row| self.subscription(&format!("row-{row}"))).collect();
        let (accounts, subscriptions) = (&accounts, &subscriptions);
        let written = self.served.test.app.store().write(|tx| async move {
            tx.insert_accounts(accounts).await?;
            for one in subscriptions {
                tx.insert_subscription(one).await?;
            }
            Ok(())
        });
        written.await.expect("more of the same");
    }
}

fn queued(row: u32) -> CollectionId {
    CollectionId::new(format!("queued-{row}")).expect("a key")
}

/// Two definitions that may be related.
fn alike(left: &Definition, right: &Definition) -> Match {
    Match {
        left: left.id.clone(),
        left_version: 1,
        right: right.id.clone(),
        right_version: 1,
        relation: Relation::Related,
        score: 0.5,
        strength: Strength::Possible,
        evidence: vec![],
        model: "sown".into(),
    }
}
