//! Strongly connected components: which questions answer each other.

/// The component of each node of a directed graph, by Tarjan's algorithm without recursion. Components are numbered in the order in which
/// they are completed: whatever a component leads to has a lower number.
pub(crate) fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let count = edges.len();
    let (mut index, mut low, mut component) = (vec![NONE; count], vec![NONE; count], vec![NONE; count]);
    let (mut stack, mut next_index, mut next_component) = (vec![], 0, 0);
    for root in 0..count {
        let mut path = vec![];
        if index[root] == NONE {
            path.push((root, 0));
        }
        while let Some((node, at)) = path.pop() {
            if at == 0 {
                (index[node], low[node]) = (next_index, next_index);
                next_index += 1;
                stack.push(node);
            }
            if let Some(&target) = edges[node].get(at) {
                path.push((node, at + 1));
                if index[target] == NONE {
                    path.push((target, 0));
                } else if component[target] == NONE {
                    low[node] = low[node].min(index[target]);
                }
                continue;
            }
            if low[node] == index[node] {
                while let Some(member) = stack.pop() {
                    component[member] = next_component;
                    if member == node {
                        break;
                    }
                }
                next_component += 1;
            }
            if let Some((parent, _)) = path.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reaches(edges: &[Vec<usize>]) -> Vec<Vec<bool>> {
        let count = edges.len();
        let mut reach: Vec<Vec<bool>> =
            (0..count).map(|a| (0..count).map(|b| a == b || edges[a].contains(&b)).collect()).collect();
        for middle in 0..count {
            for from in 0..count {
                for to in 0..count {
                    reach[from][to] |= reach[from][middle] && reach[middle][to];
                }
            }
        }
        reach
    }

    proptest! {
        #[test]
        fn two_nodes_share_a_component_if_each_leads_to_the_other(
            edges in prop::collection::vec(prop::collection::vec(0..8_usize, 0..4), 8)
        ) {
            let (found, reach) = (components(&edges), reaches(&edges));
            for a in 0..8 {
                for b in 0..8 {
                    prop_assert_eq!(found[a] == found[b], reach[a][b] && reach[b][a]);
                    prop_assert!(!reach[a][b] || found[b] <= found[a]);
                }
            }
        }
    }
}
