//! What the owner of a draft does about items that are asked already, all at once: in one transaction, or not at all.

use super::{said, without};
use crate::{
    App, Context, audit,
    drafts::{check_content, check_etag},
    moves::find,
    reuse::NewReuse,
};
use onus_domain::{
    CollectionId, Error, OdsCode, Result, Violation, Violations,
    duplicates::{DuplicateReport, Explanation, check_explanations},
    lifecycle::Edit,
    reuse::{ReuseAgreement, ReuseMove},
    version::{Content, Version},
};
use onus_store::Tx;
use std::collections::{BTreeMap, BTreeSet};

/// What is done about items of a draft that are asked already, by their positions.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Taken out.
    pub out: BTreeSet<u32>,
    /// To be had of the bodies that ask them already: each is asked for all of its items in one agreement, on which they then rest.
    pub reuse: BTreeSet<u32>,
    /// Why they are asked all the same; empty takes back what was said.
    pub reasons: BTreeMap<u32, String>,
}

/// A draft with whose it is.
struct Draft<'d> {
    version: &'d Version,
    owner: &'d OdsCode,
}

impl App {
    /// Does what the owner of a draft answers to what was found of it. What is wrong is named as `out[POSITION]`, `reuse[POSITION]` and
    /// `reasons[POSITION]`.
    pub async fn answer_duplicates(
        &self,
        context: &Context,
        (id, number): (&CollectionId, u32),
        etag: &str,
        answers: Answers,
    ) -> Result<Version> {
        let (collection, versions) = self.collection(context, id).await?;
        let before = find(&versions, id, number)?;
        for edit in [Edit::Explain, Edit::Update] {
            edit.admit(before, &context.actor, &collection.owner)?;
        }
        check_etag(&before.name(), etag, before.revision)?;
        let held = self.store().explanations(id, number).await?;
        let report = self.report(context, (&collection, before), &held).await?;
        let draft = Draft { version: before, owner: &collection.owner };

        let mut found = Violations::new();
        let content = self.content_without(context, &draft, &answers.out, &mut found).await?;
        let agreements = self.asked_of_holders(context, &draft, &report, &answers, &mut found).await?;
        let all = self.explained(&draft, &held, &answers, &agreements, &mut found).await?;
        found.into_result()?;

        let after = Version { content, revision: before.revision + 1, ..before.clone() };
        let updated =
            audit::change(context, "version.update", before.name(), Some(before), Some(&after), "")?;
        let mut changes = vec![updated.of(draft.owner, false)];
        changes.extend(said(context, before, draft.owner, (&held, &all))?);
        for agreement in &agreements {
            changes.extend(self.reuse_changes(context, ReuseMove::Request, None, agreement, "").await?);
        }
        self.commit(context, async |tx: Tx| {
            crate::reuse::insert(&tx, before, &agreements).await?;
            tx.update_version(&after, before.revision).await?;
            tx.replace_explanations(id, number, &all).await?;
            Ok((after.clone(), changes.clone()))
        })
        .await
    }

    /// What the draft asks when items are taken out.
    async fn content_without(
        &self,
        context: &Context,
        draft: &Draft<'_>,
        out: &BTreeSet<u32>,
        found: &mut Violations,
    ) -> Result<Content> {
        let mut content = draft.version.content.clone();
        for position in out {
            let known = content.items.iter().any(|item| item.position == *position);
            found.require(known, || unknown("out", *position));
        }
        content.items.retain(|item| !out.contains(&item.position));
        if !out.is_empty() {
            check_content(&content, &*self.view().await?, context.today(), found);
        }
        Ok(content)
    }

    /// The agreements that the holders are asked for: one of each.
    async fn asked_of_holders(
        &self,
        context: &Context,
        draft: &Draft<'_>,
        report: &DuplicateReport,
        answers: &Answers,
        found: &mut Violations,
    ) -> Result<Vec<ReuseAgreement>> {
        let mut of_holder = BTreeMap::<&OdsCode, Vec<u32>>::new();
        for position in answers.reuse.difference(&answers.out) {
            let item = report.items.iter().find(|item| item.position == *position);
            if let Some(holder) = item.and_then(|item| item.to_ask(draft.owner)) {
                of_holder.entry(holder).or_default().push(*position);
            } else {
                let expected = "an item that another body asks already, and that rests on no agreement yet";
                found.push(Violation::new(format!("reuse[{position}]"), "HELD", position, expected));
            }
        }
        let mut agreements = vec![];
        for (holder, positions) in of_holder {
            let new = NewReuse::of(draft.version, positions.clone(), holder.clone());
            match self.new_agreement(context, draft.owner, draft.version, new).await {
                Ok(agreement) => agreements.push(agreement),
                Err(Error::Invalid(violations)) => {
                    for one in violations {
                        found.push(at_position(one, &positions));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(agreements)
    }

    /// All that is said of the items that stay.
    async fn explained(
        &self,
        draft: &Draft<'_>,
        held: &[Explanation],
        answers: &Answers,
        agreements: &[ReuseAgreement],
        found: &mut Violations,
    ) -> Result<Vec<Explanation>> {
        let Version { content, collection, .. } = draft.version;
        let positions: BTreeSet<_> = content.items.iter().map(|item| item.position).collect();
        let out: Vec<_> = answers.out.iter().copied().collect();
        let mut all: BTreeMap<_, _> =
            without(held, &out).into_iter().map(|one| (one.position, one)).collect();
        for (position, reason) in
            answers.reasons.iter().filter(|(position, _)| !answers.out.contains(position))
        {
            let one = all.entry(*position).or_insert_with(|| at(*position));
            one.reason.clone_from(reason);
        }
        for agreement in agreements {
            for need in &agreement.needs {
                let one = all.entry(need.position).or_insert_with(|| at(need.position));
                one.reuse_agreement = agreement.name();
            }
        }
        all.retain(|_, one| !one.is_empty());
        let all: Vec<_> = all.into_values().collect();
        let mut known = self.agreements_of(collection).await?;
        known.extend(agreements.iter().map(ReuseAgreement::name));
        let mut wrong = Violations::new();
        check_explanations(&all, &positions, &known, &mut wrong);
        if let Err(Error::Invalid(violations)) = wrong.into_result() {
            let positions: Vec<_> = all.iter().map(|one| one.position).collect();
            for one in violations {
                found.push(at_position(one, &positions));
            }
        }
        Ok(all)
    }
}

fn at(position: u32) -> Explanation {
    Explanation { position, ..Explanation::default() }
}

fn unknown(list: &str, position: u32) -> Violation {
    Violation::new(format!("{list}[{position}]"), "KNOWN", position, "the position of an item of the version")
}

/// The violation named by the item's position in place of its place in a list: `positions[n]` is `reuse[POSITION]`, `explanations[n].…` is
/// `reasons[POSITION]`.
fn at_position(violation: Violation, positions: &[u32]) -> Violation {
    let place = |list: &str| {
        let rest = violation.field.strip_prefix(list)?.strip_prefix('[')?;
        positions.get(rest.split(']').next()?.parse::<usize>().ok()?)
    };
    let field = match (place("positions"), place("explanations")) {
        (Some(position), _) => format!("reuse[{position}]"),
        (_, Some(position)) => format!("reasons[{position}]"),
        _ => return violation,
    };
    violation.at(field)
}
