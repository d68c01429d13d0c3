//! Neighbours: what else is like either side of a pair. That two definitions are alike says more where nothing else is as like them; where
//! a dozen are, as in a list of address lines, it says little.
//!
//! Only for records that are all at hand, as when a file of pairs is scored. At registration it is left out: what is there then depends on
//! who came first.

use crate::{
    index::{Index, Slot},
    pair::letters,
    prepare::Prepared,
};
use rayon::prelude::*;

/// Others that are looked at for each.
const MOST_LOOKED_AT: usize = 40;

/// Likeness of two definitions in each way: words of the name, letters of the name, words of the text, all words.
type Likeness = [f64; 4];

/// How far a pair is ahead of the next best of its sides, in each way: the side where it is less, and the side where it is more. In
/// [-1, 1].
pub type Ahead = [(f64, f64); 4];

/// Records that know their neighbours.
pub struct Neighbours<'a> {
    records: &'a [Prepared],
    /// The nearest others of each record.
    near: Vec<Vec<(Slot, Likeness)>>,
}

impl<'a> Neighbours<'a> {
    /// Finds the neighbours of all records.
    pub fn new(records: &'a [Prepared]) -> Self {
        let mut index = Index::new();
        for (slot, record) in (0..).zip(records) {
            index.insert(slot, record);
        }
        let near = |(slot, record): (usize, &Prepared)| {
            let found = index.ranked(record, MOST_LOOKED_AT + 1).into_iter();
            let others = found.filter(|other| *other as usize != slot);
            others.map(|other| (other, likeness(record, &records[other as usize]))).collect()
        };
        Self { near: records.par_iter().enumerate().map(near).collect(), records }
    }

    /// How far two of the records are ahead of the next best of either.
    pub fn ahead(&self, left: usize, right: usize) -> Ahead {
        let own = likeness(&self.records[left], &self.records[right]);
        let next = |of: usize, but: usize, way: usize| {
            let others = self.near[of].iter().filter(|(other, _)| *other as usize != but);
            others.map(|(_, likeness)| likeness[way]).fold(0.0, f64::max)
        };
        [0, 1, 2, 3].map(|way| {
            let (a, b) = (own[way] - next(left, right, way), own[way] - next(right, left, way));
            (a.min(b), a.max(b))
        })
    }
}

fn likeness(left: &Prepared, right: &Prepared) -> Likeness {
    let letters = letters(&left.name, &right.name);
    [
        left.name.similarity(&right.name),
        if letters.is_nan() { 0.0 } else { letters },
        left.text.similarity(&right.text),
        left.all.similarity(&right.all),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{judge, pair::Pair, score};
    use onus_domain::{
        DefinitionId,
        definition::{Definition, DefinitionKind},
    };

    fn prepared(at: usize, name: &str) -> Prepared {
        let id = DefinitionId::from_name(&format!("d{at}")).unwrap();
        let text = format!("The number of {name} in the month.");
        Prepared::new(&Definition { text, ..Definition::new(id, DefinitionKind::Metric, name) })
    }

    #[test]
    fn who_has_many_like_it_is_not_ahead() {
        let names = ["address line 1", "address line 2", "address line 3", "beds occupied", "occupied beds"];
        let records: Vec<Prepared> = names.iter().enumerate().map(|(at, name)| prepared(at, name)).collect();
        let neighbours = Neighbours::new(&records);
        let (lines, beds) = (neighbours.ahead(0, 1), neighbours.ahead(3, 4));
        assert_eq!(lines, neighbours.ahead(1, 0), "the sides are alike");
        assert!(lines[3].1 <= 0.0 && beds[3].0 > 0.5, "{lines:?} {beds:?}");
        let pair = || Pair::new(&records[3], &records[4]);
        let seen = judge::judge(&score::DEFAULT, &pair().among(beds));
        assert!(seen.p_same > judge::judge(&score::DEFAULT, &pair()).p_same, "being ahead speaks for it");
        assert!((score::sum(&seen.evidence) - seen.sum).abs() == 0.0, "{:?}", seen.evidence);
    }
}
