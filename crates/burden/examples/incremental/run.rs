//! Edits one after another, the figures brought after each and compared with those of a full computation.

use super::{
    edits::edit,
    figures::{details, month, unchanged},
    world::{Dice, of, world},
};
use onus_burden::{Burden, Changes, Settings};
use onus_domain::Month;
use std::sync::Arc;

/// What edits came to.
#[derive(Debug, Default)]
pub struct Done {
    pub edits: usize,
    /// Those that changed collections only.
    pub of_collections: usize,
    /// Providers whose rows were compared.
    pub rows: usize,
}

/// Makes so many edits of a registry made of `seed`. Refused with the first figure that differs.
pub fn run(seed: u64, edits: usize) -> Result<Done, String> {
    let mut dice = Dice(seed);
    let settings = Settings { base_month: of("2024-03") };
    let mut snapshot = world(&mut dice);
    let mut updated = Burden::new(Arc::new(snapshot.clone()), settings);
    // Some months are asked for each time, others now and then: what is held of them is not of the same age.
    let main: Month = of::<Month>("2023-06").plus(i32::try_from(dice.below(24)).unwrap());
    let mut done = Done::default();
    for number in 0..edits {
        let before = snapshot.clone();
        let claimed = edit(&mut dice, &mut snapshot, &updated);
        let found = Changes::between(&before, &snapshot);
        if !claimed.others && !found.collections.is_subset(&claimed.collections) {
            return Err(format!("seed {seed}, edit {number}: {found:?} is more than {claimed:?}"));
        }
        let changes = if claimed.others || dice.once_in(2) { found } else { claimed };
        done.of_collections += usize::from(!changes.others);
        let after = Arc::new(snapshot.clone());
        let next = updated.updated(Arc::clone(&after), changes.clone());
        let was = std::mem::replace(&mut updated, next);
        let anew = Burden::new(Arc::clone(&after), settings);
        let now_and_then = main.plus(i32::try_from(dice.below(7)).unwrap() - 3);
        let mut compared = month(&updated, &anew, main);
        if dice.once_in(3) {
            compared = compared.and_then(|()| month(&updated, &anew, now_and_then));
        }
        if dice.once_in(16) {
            compared = compared.and_then(|()| details(&updated, &anew, &after, main));
            compared = compared.and_then(|()| unchanged(&was, &updated, main));
        }
        compared.map_err(|difference| format!("seed {seed}, edit {number}, {changes:?}: {difference}"))?;
        done.rows += after.organisations.len();
        done.edits += 1;
    }
    Ok(done)
}
