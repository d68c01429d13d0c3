//! Arbitrary edits of a registry, each with what it says it changed.

use super::world::{
    COLLECTIONS, Dice, OWNERS, agreement, collected, collection, day, defined, definition, in_order, item,
    link, numbered, of, provider, rule, schedule, size, statement, suspension, tariff, version,
};
use chrono::{Days, NaiveTime};
use onus_burden::{Burden, Changes};
use onus_domain::{
    CollectionId,
    concept::Strength,
    snapshot::Snapshot,
    submission::{Submission, TimeReturn},
    version::Version,
};

/// Makes an edit, or several. `figures` are those before: what is submitted is what somebody owes.
pub fn edit(dice: &mut Dice, snapshot: &mut Snapshot, figures: &Burden) -> Changes {
    let mut changes = Changes::default();
    for _ in 0..if dice.once_in(8) { 2 } else { 1 } {
        match dice.below(40) {
            0 => {
                submit(dice, snapshot, figures);
                changes.submissions = true;
            }
            1 => {
                other(dice, snapshot);
                changes.others = true;
            }
            2 => {
                redefine(dice, snapshot);
                // What rests on a definition is told from the registries themselves.
                changes.others = true;
            }
            _ => {
                let id = collection(dice.below(COLLECTIONS));
                change(dice, snapshot, &id);
                changes.collections.insert(id);
            }
        }
    }
    in_order(snapshot);
    changes
}

/// Another definition under a key, or another concept of one.
fn redefine(dice: &mut Dice, snapshot: &mut Snapshot) {
    let id = definition(dice);
    if dice.once_in(2) {
        let concept = of(definition(dice).as_str());
        let mut members = snapshot.concepts.iter_mut();
        if let Some(member) = members.find(|m| m.definition == id && m.strength == Strength::Confirmed) {
            member.concept = concept;
        }
    } else if let Some(place) = snapshot.definitions.iter().position(|one| one.id == id) {
        snapshot.definitions[place] = defined(dice, id);
    }
}

fn change(dice: &mut Dice, snapshot: &mut Snapshot, id: &CollectionId) {
    let known = snapshot.versions_of(id).len();
    if known == 0 {
        if snapshot.collection(id).is_none() {
            snapshot.collections.push(collected(dice, id.clone()));
        }
        snapshot.versions.push(version(dice, id.clone(), 1, day("2021-04-01")));
        return;
    }
    let last = snapshot.versions.iter_mut().rfind(|version| version.collection == *id).unwrap();
    let number = last.number;
    match dice.below(12) {
        0..=2 => change_items(dice, last),
        3 => last.content.schedule = Some(schedule(dice)),
        4..=5 => last.content.respondents = Some(rule(dice)),
        6 if known < 3 => {
            let from = dice.date();
            last.live_to = Some(from);
            let mut next = version(dice, id.clone(), number + 1, from);
            if dice.once_in(2) {
                next.content.clone_from(&last.content);
                change_items(dice, &mut next);
            }
            snapshot.versions.push(next);
        }
        6 | 7 => {
            snapshot.versions.retain(|version| version.collection != *id);
            snapshot.statements.retain(|one| one.collection != *id);
            snapshot.reuse.retain(|one| one.collection != *id);
            if dice.once_in(2) {
                snapshot.collections.retain(|one| one.id != *id);
            }
        }
        8 if dice.once_in(2) => last.live_to = if dice.once_in(3) { None } else { Some(dice.date()) },
        8 => last.suspensions = if dice.once_in(3) { vec![] } else { vec![suspension(dice)] },
        9 => {
            if dice.once_in(3) {
                snapshot.statements.retain(|one| one.collection != *id);
            } else {
                snapshot.statements.push(statement(dice, id.clone(), number));
            }
        }
        10 => {
            if dice.once_in(3) {
                snapshot.reuse.retain(|one| one.collection != *id);
            } else {
                let owner = dice.pick(&OWNERS);
                snapshot.reuse.push(agreement(dice, id.clone(), owner));
            }
        }
        _ => {
            if let Some(place) = snapshot.collections.iter().position(|one| one.id == *id) {
                snapshot.collections[place] = collected(dice, id.clone());
            }
        }
    }
}

fn change_items(dice: &mut Dice, version: &mut Version) {
    let items = &mut version.content.items;
    match dice.below(3) {
        0 => items.push(item(dice)),
        _ if items.is_empty() => items.push(item(dice)),
        1 => {
            items.remove(dice.below(items.len()));
        }
        _ => {
            let place = dice.below(items.len());
            items[place] = item(dice);
        }
    }
    numbered(items);
}

fn submit(dice: &mut Dice, snapshot: &mut Snapshot, figures: &Burden) {
    let from = dice.date();
    let owed = figures.obligations(&provider(dice.below(12)), from, from + Days::new(60));
    for obligation in owed {
        let at = obligation.due_date + Days::new(dice.below(9) as u64);
        let minutes = dice.number(900);
        snapshot.submissions.push(Submission {
            obligation,
            submitted_at: at.and_time(NaiveTime::MIN).and_utc(),
            time_return: dice.once_in(2).then_some(TimeReturn { minutes, people: 1 }),
        });
    }
}

/// What is not of a collection.
fn other(dice: &mut Dice, snapshot: &mut Snapshot) {
    match dice.below(5) {
        0 => {
            let place = dice.below(snapshot.organisations.len());
            let organisation = &mut snapshot.organisations[place];
            organisation.close_date =
                Some(dice.date()).filter(|close| organisation.open_date.is_none_or(|open| open <= *close));
        }
        1 => snapshot.sizes.push(size(dice)),
        2 => snapshot.tariffs.push(tariff(dice)),
        3 => snapshot.organisations[0].region = Some(dice.pick(&["Y56", "Y58"]).into()),
        _ => link(dice, snapshot),
    }
}
