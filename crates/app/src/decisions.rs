//! Stewards' decisions: ruling on how two definitions stand to each other. A ruling is added and never changed; the latest on a pair
//! holds. Concepts and derivations follow from it in the same transaction.

use crate::{
    App, Context, View, audit,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use onus_domain::{
    DefinitionId, Error, Result, Violation, Violations,
    audit::Change,
    concept::{ConceptMember, Derivation, Strength},
    relation::{Decision, Relation, Rulings},
    role::Act,
};
use onus_matching::{Matcher, recipe::Step};
use onus_store::Tx;

/// A decision to be made, on two definitions in either order.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// One definition, in its present version.
    pub left: DefinitionId,
    /// The version of it that was looked at, if the caller says so.
    pub left_version: Option<u32>,
    /// The other definition.
    pub right: DefinitionId,
    /// The version of it that was looked at, if the caller says so.
    pub right_version: Option<u32>,
    /// How left stands to right; `None` takes the rulings before it back.
    pub relation: Option<Relation>,
    /// Why.
    pub reason: String,
}

/// What decisions can be filtered by.
const FIELDS: &[Field<Decision>] = &[
    ("definition", |row| vec![row.left.to_string(), row.right.to_string()]),
    ("relation", |row| row.relation.iter().map(ToString::to_string).collect()),
    ("reason", |row| vec![row.reason.clone()]),
];

impl View {
    /// Decisions, latest first unless ordered by `left`; those that no longer hold too.
    pub fn list_decisions(&self, request: &ListRequest) -> Result<Page<&Decision>> {
        let (filter, by) = read_list(request, FIELDS, &["create_time", "left"])?;
        let rows: Vec<_> = self.snapshot.decisions.iter().filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            // Keys are in the order of making; turned round, so that the latest stands first.
            let key = format!("{:039}", u128::MAX - row.id.as_u128());
            if by == "left" { (row.left.to_string(), key) } else { (String::new(), key) }
        })
    }

    /// How `left` stands to `right` by the ruling that holds, and the ruling.
    pub fn ruling(&self, left: &DefinitionId, right: &DefinitionId) -> Option<(Relation, &Decision)> {
        self.rulings.on(left, right)
    }
}

impl App {
    /// Rules on two definitions. With `validate_only` everything is worked out and nothing is stored.
    pub async fn decide(&self, context: &Context, new: NewDecision, validate_only: bool) -> Result<Decision> {
        context.authorise(Act::RuleOnDefinitions, None)?;
        let view = self.view().await?;
        let mut found = Violations::new();
        let decision = made(context, new, &view, &mut found);
        found.into_result()?;
        let decision = decision.ok_or_else(|| Error::internal("a checked decision names no definition"))?;
        let recipe = recipe(&view, &decision)?;
        if validate_only {
            let (mut decisions, snapshot) = (view.snapshot.decisions.clone(), &view.snapshot);
            decisions.push(decision.clone());
            let concepts = self.matcher.concepts(&snapshot.definitions, &snapshot.matches, &decisions);
            check_joined(&decision, &concepts, &decisions)?;
            return Ok(decision);
        }
        let decided = audit::change(
            context,
            "decision.create",
            name(&decision),
            None,
            Some(&decision),
            &decision.reason,
        )?
        .public();
        self.commit(context, async |tx| {
            let mut decisions = tx.decisions().await?;
            let before = Rulings::new(&decisions);
            tx.append_decisions(std::slice::from_ref(&decision)).await?;
            decisions.push(decision.clone());
            let (definitions, matches) = (tx.definitions().await?, tx.matches().await?);
            let concepts = self.matcher.concepts(&definitions, &matches, &decisions);
            check_joined(&decision, &concepts, &decisions)?;
            tx.replace_concepts(&concepts).await?;
            let mut changes = vec![decided.clone()];
            let earlier = before.on(&decision.left, &decision.right).map(|(relation, _)| relation);
            changes.extend(derive(context, &tx, &decision, earlier, recipe.as_deref()).await?);
            Ok((decision.clone(), changes))
        })
        .await
    }
}

/// The resource name of a decision.
fn name(decision: &Decision) -> String {
    format!("decisions/{}", decision.id)
}

/// The decision in order of its definitions, unless something is found wrong with it.
fn made(context: &Context, new: NewDecision, view: &View, found: &mut Violations) -> Option<Decision> {
    let left = version("left", &new.left, new.left_version, view, found);
    let right = version("right", &new.right, new.right_version, view, found);
    let turned = new.right < new.left;
    let mut decision = Decision {
        id: context.new_id(),
        left: new.left,
        left_version: left.unwrap_or_default(),
        right: new.right,
        right_version: right.unwrap_or_default(),
        relation: new.relation,
        reason: new.reason,
        steward: context.actor.account.clone(),
        at: context.now,
    };
    decision.check(found);
    if turned {
        std::mem::swap(&mut decision.left, &mut decision.right);
        std::mem::swap(&mut decision.left_version, &mut decision.right_version);
        decision.relation = decision.relation.map(Relation::turned);
    }
    left.and(right).map(|_| decision)
}

/// The present version of a definition, which must be the one that was looked at.
fn version(
    side: &str,
    id: &DefinitionId,
    seen: Option<u32>,
    view: &View,
    found: &mut Violations,
) -> Option<u32> {
    let present = view.snapshot.definition(id).map(|definition| definition.version);
    found.require(present.is_some(), || Violation::new(side, "KNOWN", id, "a registered definition"));
    let present = present?;
    found.require(seen.is_none_or(|seen| seen == present), || {
        let field = format!("{side}_version");
        Violation::new(field, "CURRENT", seen.unwrap_or_default(), format!("{present}: it was changed since"))
    });
    Some(present)
}

/// Refuses a SAME that another ruling keeps from joining the two, by however long a chain.
fn check_joined(decision: &Decision, concepts: &[ConceptMember], decisions: &[Decision]) -> Result<()> {
    if decision.relation != Some(Relation::Same) {
        return Ok(());
    }
    let concept = |id: &DefinitionId| {
        concepts
            .iter()
            .find(|member| member.definition == *id && member.strength == Strength::Confirmed)
            .map(|member| &member.concept)
    };
    let (left, right) = (concept(&decision.left), concept(&decision.right));
    if left == right {
        return Ok(());
    }
    let members = |of| {
        concepts
            .iter()
            .filter(move |member| Some(&member.concept) == of && member.strength == Strength::Confirmed)
            .map(|member| &member.definition)
    };
    let rulings = Rulings::new(decisions);
    let apart = members(left).find_map(|one| members(right).find_map(|other| rulings.on(one, other)));
    let by = apart.map_or_else(
        || "another ruling".to_owned(),
        |(relation, ruling)| format!("{} ({} is {relation} to {})", name(ruling), ruling.left, ruling.right),
    );
    Err(Error::Precondition {
        rule: "KEPT_APART",
        subject: name(decision),
        message: format!("{by} keeps their concepts apart: take that one back first, or split them"),
    })
}

/// How the one is computed from the other, by the engine's recipe, else in the steward's words; `None` unless it was ruled that it can.
fn recipe(view: &View, decision: &Decision) -> Result<Option<String>> {
    let Some(Relation::DerivableLeftFromRight | Relation::DerivableRightFromLeft) = decision.relation else {
        return Ok(None);
    };
    let (left, right) = (view.definition(&decision.left)?, view.definition(&decision.right)?);
    let found = Matcher::side_by_side(left, right);
    let agrees = Some(found.found.relation) == decision.relation;
    let steps = found.recipe.ok().filter(|_| agrees).map(|steps| in_words(&steps));
    Ok(Some(steps.unwrap_or_else(|| decision.reason.clone())))
}

/// A recipe in words.
pub fn in_words(steps: &[Step]) -> String {
    steps.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Makes the derivation of a pair what the decision says, and answers what changed. One that was imported stands until it is ruled on.
async fn derive(
    context: &Context,
    tx: &Tx,
    decision: &Decision,
    earlier: Option<Relation>,
    recipe: Option<&str>,
) -> Result<Vec<Change>> {
    let wanted = recipe.map(|recipe| {
        let (from, to) = match decision.relation {
            Some(Relation::DerivableRightFromLeft) => (&decision.left, &decision.right),
            _ => (&decision.right, &decision.left),
        };
        Derivation {
            from_definition: from.clone(),
            to_definition: to.clone(),
            recipe: recipe.to_owned(),
            strength: Strength::Confirmed,
        }
    });
    let derivable = [Relation::DerivableLeftFromRight, Relation::DerivableRightFromLeft];
    if decision.relation.is_none() && !earlier.is_some_and(|relation| derivable.contains(&relation)) {
        return Ok(vec![]);
    }
    let on_pair = |one: &Derivation| {
        let pair = (&one.from_definition, &one.to_definition);
        pair == (&decision.left, &decision.right) || pair == (&decision.right, &decision.left)
    };
    let mut all = tx.derivations().await?;
    let held: Vec<_> = all.extract_if(.., |one| on_pair(one)).collect();
    all.extend(wanted.clone());
    let mut changes = vec![];
    for gone in held.iter().filter(|one| wanted.as_ref().is_none_or(|wanted| !same_ends(wanted, one))) {
        changes.push(change(context, "derivation.delete", Some(gone), None)?);
    }
    let before = held.iter().find(|one| wanted.as_ref().is_some_and(|wanted| same_ends(wanted, one)));
    if let Some(wanted) = wanted.as_ref().filter(|wanted| before != Some(*wanted)) {
        changes.push(change(context, "derivation.create", before, Some(wanted))?);
    }
    if !changes.is_empty() {
        tx.replace_derivations(&all).await?;
    }
    Ok(changes)
}

fn same_ends(one: &Derivation, other: &Derivation) -> bool {
    (&one.from_definition, &one.to_definition) == (&other.from_definition, &other.to_definition)
}

fn change(
    context: &Context,
    action: &str,
    before: Option<&Derivation>,
    after: Option<&Derivation>,
) -> Result<Change> {
    let name = before
        .or(after)
        .map(|one| format!("definitions/{}/derivations/{}", one.from_definition, one.to_definition));
    Ok(audit::change(context, action, name.unwrap_or_default(), before, after, "")?.public())
}
