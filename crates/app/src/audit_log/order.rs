//! The order in which entries enter the log: that of their keys, which are of their times, but never against what they say of a resource.
//!
//! Keys of one millisecond are in no order, and clocks of two servers differ. Of the entries of one resource each says what it was before
//! and after: they enter so that each begins where the one before ended.

use onus_domain::audit::Logged;
use std::collections::{BTreeMap, HashMap};

/// What a resource is: a digest, or nothing when it is absent.
type State<'e> = Option<&'e str>;

/// The resources of which it must be known what the log left them as: those with several entries, and, of a batch that is not all there is
/// (`partial`), those whose entry before may not be in it.
pub fn to_look_up(waiting: &[Logged], partial: bool) -> Vec<&str> {
    let mut count = BTreeMap::<&str, (usize, bool)>::new();
    for logged in waiting {
        let (number, was_there) = count.entry(&logged.entry.resource).or_default();
        *number += 1;
        *was_there |= logged.entry.before_digest.is_some();
    }
    let wanted = |(number, was_there): (usize, bool)| number > 1 || (partial && was_there);
    count.into_iter().filter(|(_, found)| wanted(*found)).map(|(name, _)| name).collect()
}

/// Puts entries, which are in the order of their keys, in the order of the log. Answers the names of resources for which there is none:
/// entries before theirs are missing. `left` is what the log left those of [`to_look_up`] as.
pub fn arrange(waiting: &mut [Logged], left: &HashMap<String, String>, partial: bool) -> Vec<String> {
    let mut places = BTreeMap::<String, Vec<usize>>::new();
    for (at, logged) in waiting.iter().enumerate() {
        if logged.entry.before_digest.is_some() || logged.entry.after_digest.is_some() {
            places.entry(logged.entry.resource.clone()).or_default().push(at);
        }
    }
    let mut without = vec![];
    for (resource, places) in places {
        let entries: Vec<_> = places.iter().map(|at| waiting[*at].clone()).collect();
        let edges: Vec<_> = entries.iter().map(ends).collect();
        let start = left.get(&resource).map(String::as_str);
        let is_alone = edges.len() == 1 && !(partial && edges.iter().any(|(before, _)| before.is_some()));
        if is_alone {
            continue;
        }
        let Some(order) = trail(start, &edges) else {
            without.push(resource);
            continue;
        };
        for (place, from) in places.iter().zip(order) {
            waiting[*place] = entries[from].clone();
        }
    }
    without
}

fn ends(of: &Logged) -> (State<'_>, State<'_>) {
    (of.entry.before_digest.as_deref(), of.entry.after_digest.as_deref())
}

/// The order in which `edges`, each from a state to a state, lead on from `start`, each once (Hierholzer's algorithm); the earlier first
/// where there is a choice. `None` if they do not.
fn trail<'e>(start: State<'e>, edges: &[(State<'e>, State<'e>)]) -> Option<Vec<usize>> {
    let mut from = HashMap::<State<'e>, Vec<usize>>::new();
    for (at, (before, _)) in edges.iter().enumerate().rev() {
        from.entry(*before).or_default().push(at);
    }
    let (mut stack, mut order) = (vec![(start, None)], vec![]);
    while let Some((state, by)) = stack.last().copied() {
        if let Some(next) = from.get_mut(&state).and_then(Vec::pop) {
            stack.push((edges[next].1, Some(next)));
        } else {
            stack.pop();
            order.extend(by);
        }
    }
    order.reverse();
    let leads_on =
        order.len() == edges.len() && order.windows(2).all(|pair| edges[pair[0]].1 == edges[pair[1]].0);
    leads_on.then_some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: State<'static> = Some("a");
    const B: State<'static> = Some("b");

    #[test]
    fn entries_lead_on_from_what_was_left() {
        assert_eq!(trail(None, &[(A, B), (None, A)]), Some(vec![1, 0]));
        assert_eq!(trail(A, &[(A, B), (B, A), (A, None)]), Some(vec![0, 1, 2]));
        assert_eq!(trail(A, &[(A, None), (A, B), (B, A)]), Some(vec![1, 2, 0]));
        assert_eq!(trail(None, &[(A, None), (None, A), (None, A), (A, B)]).unwrap().len(), 4);
        assert_eq!(trail(A, &[(A, A), (A, A)]), Some(vec![0, 1]));
        assert_eq!(trail(None, &[(A, B)]), None);
        assert_eq!(trail(None, &[(None, A), (None, A)]), None);
        assert_eq!(trail(None, &[]), Some(vec![]));
    }
}
