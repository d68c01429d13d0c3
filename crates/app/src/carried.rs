//! How much of a collection another one has too, in items: what somebody counts who has both before them.

use crate::{CollectionRow, View, overlaps::is_content};
use onus_burden::SharedFacts;
use onus_domain::{
    item::{Item, ItemRole},
    subject::SubjectOrder,
};
use std::collections::BTreeSet;

/// How much of the one of two collections that the other has more of, in items of any role.
#[derive(Debug, Clone, Copy)]
pub struct Carried<'v> {
    /// The one whose items are counted.
    pub inner: CollectionRow<'v>,
    /// The one that has some of them too.
    pub outer: CollectionRow<'v>,
    /// Items of the inner one.
    pub items: usize,
    /// Items whose question the outer one has too, about the same records, some of them or more; or answers in another way.
    pub shared: usize,
    /// Items among them that are asked twice: in both, of one provider, for the same time.
    pub asked_twice: usize,
    /// Items among those that are CONTENT in both.
    pub content: usize,
    /// Items shared that are not asked twice because they are optional in one of the two.
    pub optional: usize,
}

impl View {
    /// How much of one of two collections the other has too, told of the one of which it is more. `facts` are what they share.
    pub fn carried<'v>(
        &self,
        left: CollectionRow<'v>,
        right: CollectionRow<'v>,
        facts: &SharedFacts,
    ) -> Carried<'v> {
        let order = SubjectOrder::new(&self.snapshot.subjects);
        let of_left = self.carried_by(left, right, facts, &order);
        let of_right = self.carried_by(right, left, facts, &order);
        let more = of_right.shared * of_left.items > of_left.shared * of_right.items;
        if more { of_right } else { of_left }
    }

    fn carried_by<'v>(
        &self,
        inner: CollectionRow<'v>,
        outer: CollectionRow<'v>,
        facts: &SharedFacts,
        order: &SubjectOrder,
    ) -> Carried<'v> {
        let (twice, content) = asked_twice(inner, facts);
        let meet = |one: &Item, other: &Item| {
            order.lies_within(&one.subject, &other.subject) || order.lies_within(&other.subject, &one.subject)
        };
        let others = self.concepts_asked(outer);
        let items = &inner.version.content.items;
        let mut found = Carried {
            inner,
            outer,
            items: items.len(),
            shared: 0,
            asked_twice: twice.len(),
            content: content.len(),
            optional: 0,
        };
        for item in items {
            let partners =
                others.get(&self.concept_of(&item.definition)).map(Vec::as_slice).unwrap_or_default();
            let about_same: Vec<_> = partners.iter().filter(|other| meet(item, other)).collect();
            let is_twice = twice.contains(&item.position);
            let is_shared = is_twice || !about_same.is_empty();
            let is_optional = !item.is_asked() || about_same.iter().all(|other| !other.is_asked());
            found.shared += usize::from(is_shared);
            found.optional += usize::from(is_shared && !is_twice && is_optional);
        }
        found
    }
}

/// Places of a collection's items that are asked twice, and of those among them that are CONTENT in both collections.
fn asked_twice(of: CollectionRow<'_>, facts: &SharedFacts) -> (BTreeSet<u32>, BTreeSet<u32>) {
    let (mut twice, mut content) = (BTreeSet::new(), BTreeSet::new());
    for fact in facts.facts.iter().filter(|_| facts.shared_respondents > 0) {
        let own = fact
            .involved()
            .filter(|item| item.collection == of.collection.id && item.version == of.version.number);
        for item in own {
            twice.insert(item.position);
            if item.role == ItemRole::Content && is_content(fact, facts) {
                content.insert(item.position);
            }
        }
    }
    (twice, content)
}
