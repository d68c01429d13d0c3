//! Submitting a version: what of it is asked already is found in the same call and kept with it, its owner has complied or explained, and a
//! local commissioner's is approved at once if the light path's rule allows.

use crate::{
    App, Context, View, audit,
    drafts::check_etag,
    matching::{Asker, CheckHit, CheckedItem},
    moves::{MoveRequest, find, known, making, of_version, prepare, ruling},
};
use chrono::NaiveDate;
use onus_burden::{Burden, period::periods_from};
use onus_domain::{
    CollectionId, Error, Month, Result, Violations,
    collection::Collection,
    concept::Strength,
    duplicates::{DuplicateReport, Explanation, FiledBurden, ReportedAsker, ReportedHit, ReportedItem},
    item::Item,
    lifecycle::{Making, Move},
    light_path::{Judgement, judge},
    organisation::OrganisationKind,
    relation::Standing,
    renewal,
    review::{Review, Verdict},
    role::Actor,
    snapshot::Snapshot,
    statement::{BurdenStatement, Method},
    subject::SubjectOrder,
    version::{Version, VersionState},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Registered definitions that a report keeps for an item.
const MOST_HITS: usize = 5;

/// A version that was submitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Submitted {
    /// Its collection: with a reference, if the light path approved it.
    pub collection: Collection,
    /// The version: SUBMITTED, or APPROVED by the light path.
    pub version: Version,
    /// What was found of it, as it is kept.
    pub report: DuplicateReport,
}

impl App {
    /// Submits a version. It is refused with everything that is missing, each item that is asked already and not explained among it.
    pub async fn submit(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
        request: &MoveRequest,
    ) -> Result<Submitted> {
        let found = self.collection(context, id).await?;
        known(context, Move::Submit)?;
        let (collection, versions) = self.settled(context, found).await?;
        let before = find(&versions, id, number)?;
        check_etag(&before.name(), &request.etag, before.revision)?;
        let mut found = Violations::new();
        let mut after = before.clone();
        let said = making(context, &context.actor, &collection.owner, request);
        note(Move::Submit.make(&mut after, &said), &mut found)?;
        let explanations = self.store().explanations(id, number).await?;
        let mut report = self.report(context, (&collection, before), &explanations).await?;
        let place = |position| before.content.items.iter().position(|item| item.position == position);
        report.check_answers(|position| place(position).unwrap_or_default(), &mut found);
        self.check_renewal(context, &versions, before, &explanations, &mut found).await?;
        found.into_result()?;
        report.number =
            1 + u32::try_from(self.store().submitters(id, number).await?.len()).unwrap_or_default();

        let owner = self.view().await?.organisation(&collection.owner)?.kind;
        let mut moved = prepare(context, Move::Submit, &collection, &versions, before, (request, &[]))?;
        let light = self.light_path(context, &collection, owner, &moved.after, &mut report)?;
        if let Some((version, review)) = light {
            let action = format!("version.{}", review.verdict.as_str().to_lowercase());
            let system = as_system(context);
            let owner = &collection.owner;
            moved.changes.push(of_version(&system, &action, &moved.after, &version, owner, &review.reason)?);
            moved.reviews.push(review);
            moved.after = version;
        }
        let answer = |named: Collection| Submitted {
            collection: named,
            version: moved.after.clone(),
            report: report.clone(),
        };
        if request.validate_only {
            return Ok(answer(collection));
        }
        let name = format!("{}/duplicateReports/{}", before.name(), report.number);
        let reported = audit::change(context, "version.report", name, None, Some(&report), "")?
            .of(&collection.owner, false)
            .digest_only();
        moved.changes.push(reported);
        self.commit(context, async |tx| {
            let (named, changes) = moved.clone().write(context, &tx).await?;
            tx.insert_duplicate_report(&report).await?;
            Ok((answer(named), changes))
        })
        .await
    }

    /// What the light path makes of a submitted version, if its collection is on it: the version after, and the ruling.
    fn light_path(
        &self,
        context: &Context,
        collection: &Collection,
        owner: OrganisationKind,
        submitted: &Version,
        report: &mut DuplicateReport,
    ) -> Result<Option<(Version, Review)>> {
        let system = as_system(context);
        match judge(collection, owner, report, self.light_path_share()) {
            Judgement::ForPanel => Ok(None),
            Judgement::Referred(reason) => {
                report.referred.clone_from(&reason);
                Ok(Some((submitted.clone(), ruling(&system, submitted, Verdict::Refer, &reason))))
            }
            Judgement::Passed(passed) => {
                let request = MoveRequest { reason: passed.finding.clone(), ..MoveRequest::default() };
                let said = making(&system, &system.actor, &collection.owner, &request);
                let mut after = submitted.clone();
                Move::ApproveLight.make(&mut after, &Making { passed: Some(&passed), ..said })?;
                let review = ruling(&system, &after, Verdict::ApproveLight, &passed.finding);
                Ok(Some((after, review)))
            }
        }
    }

    /// Notes each item of a renewal that was not used and is kept without a reason.
    async fn check_renewal(
        &self,
        context: &Context,
        versions: &[Version],
        draft: &Version,
        explanations: &[Explanation],
        found: &mut Violations,
    ) -> Result<()> {
        let Some(renewed) = draft.renews else { return Ok(()) };
        let renewed = find(versions, &draft.collection, renewed)?;
        let uses = self.store().item_uses(&draft.collection).await?;
        renewal::check_submission(renewed, draft, &uses, explanations, context.today(), found);
        Ok(())
    }

    /// What is found of a version now, with what its owner says of its items.
    pub(crate) async fn report(
        &self,
        context: &Context,
        (collection, version): (&Collection, &Version),
        explanations: &[Explanation],
    ) -> Result<DuplicateReport> {
        let view = self.view().await?;
        let check = self.check_version(version).await?;
        let order = SubjectOrder::new(&view.snapshot.subjects);
        let items = version.content.items.iter().zip(&check.items).map(|(item, checked)| {
            reported_item(
                &view,
                &order,
                item,
                checked,
                explanations.iter().find(|e| e.position == item.position),
            )
        });
        let items = items.collect();
        let statements = self.store().statements_of(&version.collection, version.number).await?;
        let burden = self.filed_burden(&view, (collection, version), statements, context.today()).await?;
        Ok(DuplicateReport {
            collection: version.collection.clone(),
            version: version.number,
            number: 0,
            made_at: context.now,
            submitted_by: context.actor.account.clone(),
            items,
            burden,
            referred: String::new(),
        })
    }

    async fn filed_burden(
        &self,
        view: &Arc<View>,
        (collection, version): (&Collection, &Version),
        statements: Vec<BurdenStatement>,
        today: NaiveDate,
    ) -> Result<FiledBurden> {
        let (view, collection, version) = (Arc::clone(view), collection.clone(), version.clone());
        let work = move || first_year(&view, (&collection, &version), statements, today);
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

/// The same request, made by Onus itself: a rule's act, not the caller's.
fn as_system(context: &Context) -> Context {
    Context { actor: Actor::system(), request: None, ..context.clone() }
}

/// Notes what is wrong, and passes on any other refusal.
fn note(made: Result<()>, found: &mut Violations) -> Result<()> {
    match made {
        Err(Error::Invalid(violations)) => {
            for violation in violations {
                found.push(violation);
            }
            Ok(())
        }
        other => other,
    }
}

/// What answering a version costs in its first twelve months from now on, by its latest statement or the published default.
fn first_year(
    view: &View,
    (collection, version): (&Collection, &Version),
    mut statements: Vec<BurdenStatement>,
    today: NaiveDate,
) -> FiledBurden {
    let schedule = version.content.schedule.as_ref();
    let begins = schedule.map_or(today, |schedule| schedule.first_period.max(today));
    let due = schedule
        .and_then(|schedule| periods_from(schedule, begins).next())
        .map_or(begins, |period| period.due);
    let alone = Version {
        state: VersionState::Live,
        live_from: Some(begins),
        live_to: None,
        expires_on: None,
        suspensions: vec![],
        ..version.clone()
    };
    let latest = statements.pop().map(|statement| BurdenStatement { from_date: begins, ..statement });
    let snapshot = Snapshot {
        organisations: view.snapshot.organisations.clone(),
        sizes: view.snapshot.sizes.clone(),
        successions: view.snapshot.successions.clone(),
        subjects: view.snapshot.subjects.clone(),
        tariffs: view.snapshot.tariffs.clone(),
        collections: vec![collection.clone()],
        versions: vec![alone],
        statements: latest.into_iter().collect(),
        ..Snapshot::default()
    };
    let burden = Burden::new(Arc::new(snapshot), view.burden.settings());
    let month = burden.collection_months(Month::of(due).plus(11)).pop();
    let statement = burden.statement_for(&version.collection, version.number, begins);
    let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    FiledBurden {
        method: statement.map_or(Method::Assumed, |found| found.statement.method),
        hours: month.as_ref().map_or(0.0, |month| month.hours_12m.to_f64()),
        pence: month.as_ref().map_or(0.0, |month| month.cost_12m.to_f64()),
        respondents: month.as_ref().map_or(0, |month| count(month.respondents)),
    }
}

fn reported_item(
    view: &View,
    order: &SubjectOrder,
    item: &Item,
    checked: &CheckedItem,
    explanation: Option<&Explanation>,
) -> ReportedItem {
    let name = |id| view.snapshot.definition(id).map(|one| one.name.clone()).unwrap_or_default();
    let hits = checked.hits.iter().take(MOST_HITS).map(|hit| ReportedHit {
        definition: hit.definition.clone(),
        label: name(&hit.definition),
        standing: hit.standing,
        score: hit.found.score,
        strength: hit.found.strength,
        evidence: if needs_evidence(hit) { hit.found.evidence.clone() } else { vec![] },
        model: hit.found.model.clone(),
        asked_by: hit
            .askers
            .iter()
            .filter_map(|asker| reported_asker(view, order, item, hit, asker))
            .collect(),
    });
    ReportedItem {
        position: item.position,
        definition: item.definition.clone(),
        label: name(&item.definition),
        role: item.role,
        subject: item.subject.clone(),
        standing: checked.standing,
        hits: hits.collect(),
        explanation: explanation.cloned(),
    }
}

/// Whether something follows from a hit: only then are its reasons kept.
fn needs_evidence(hit: &CheckHit) -> bool {
    let counts = hit.standing == Standing::Identical || hit.found.strength == Strength::Confirmed;
    counts && hit.standing.is_held() && !hit.askers.is_empty()
}

fn reported_asker(
    view: &View,
    order: &SubjectOrder,
    item: &Item,
    hit: &CheckHit,
    asker: &Asker,
) -> Option<ReportedAsker> {
    let concept = view.concept_of(&hit.definition);
    let versions = view.snapshot.versions_of(&asker.collection);
    let meet = |other: &Item| {
        order.lies_within(&item.subject, &other.subject) || order.lies_within(&other.subject, &item.subject)
    };
    let asked = |version: &Version| {
        let of_concept = |other: &&Item| view.concept_of(&other.definition) == concept;
        let mut items = version.content.items.iter().filter(of_concept).peekable();
        items.peek()?;
        Some((version.state, items.any(meet)))
    };
    let asking = versions.iter().filter(|version| version.state.asks()).filter_map(asked);
    // The version in force comes first: LIVE lies behind APPROVED in the order of states.
    let (state, same_records) = asking.max_by_key(|(state, same)| (*same, *state))?;
    let owner = view.snapshot.organisation(&asker.owner);
    Some(ReportedAsker {
        collection: asker.collection.clone(),
        title: asker.title.clone(),
        owner: asker.owner.clone(),
        owner_name: owner.map(|owner| owner.name.clone()).unwrap_or_default(),
        state,
        frequency: asker.frequency,
        same_records,
        shared_respondents: asker
            .shared_respondents
            .map_or(0, |count| u32::try_from(count).unwrap_or(u32::MAX)),
    })
}
