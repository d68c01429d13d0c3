//! A collection, and one version of it.

use super::{
    Scene, claims, collections, day_before,
    items::{AskedTwice, items},
    overlaps::{Split, split},
    reuse,
};
use crate::{
    pages::collection::{Adopted, Asks, Collection, CostLine, Shared, Version as VersionPage, VersionLine},
    parts::{Figure, Link, Tag},
    shell::Area,
};
use onus_app::{CollectionRow, overlaps::OverlapRow};
use onus_burden::SharedFacts;
use onus_domain::{
    Basis, CollectionId, Error, Result, display,
    statement::{CostLine as Line, LineBasis, Method},
    version::{Admission, Version, VersionState},
};

pub(crate) fn collection(scene: &Scene, id: &CollectionId, section: &str) -> Result<Collection> {
    let row = find(scene, id)?;
    let version = row.version;
    let others = others(scene, row);
    let statement = scene.view.burden.statement_for(id, version.number, scene.today);
    let path = format!("/collections/{id}");
    Ok(Collection {
        shell: scene.shell(&version.content.title, Area::Collections).under("/collections", "Collections"),
        asks: asks(scene, row.collection, version),
        adopted: adopted(scene, row),
        burden: burden(scene, version),
        month: scene.month.in_words(),
        cost_lines: statement.iter().flat_map(|found| &found.statement.lines).map(cost_line).collect(),
        method: statement.map_or_else(Tag::assumed, |found| method(found.statement.method)),
        asked_twice: others.iter().filter_map(|other| other.asked_twice(scene, row)).collect(),
        reuse: reuse::of_collection(scene, version),
        shared_definitions: shared_definitions(scene, row, &others),
        items: items(scene, version, &asked_twice(&others, version), &path, section)?,
        history: scene.view.snapshot.versions_of(id).iter().rev().map(history).collect(),
    })
}

pub(crate) fn version(scene: &Scene, id: &CollectionId, number: u32, section: &str) -> Result<VersionPage> {
    let row = find(scene, id)?;
    let versions = scene.view.snapshot.versions_of(id);
    let version = versions.iter().find(|version| version.number == number);
    let version =
        version.ok_or_else(|| Error::not_found("version", format!("collections/{id}/versions/{number}")))?;
    let others = if version.number == row.version.number { others(scene, row) } else { vec![] };
    let path = format!("/collections/{id}/versions/{number}");
    let title = &version.content.title;
    let shell = scene.shell(format!("{title}, version {number}"), Area::Collections);
    Ok(VersionPage {
        shell: shell.under("/collections", "Collections").under(format!("/collections/{id}"), title),
        asks: asks(scene, row.collection, version),
        place: format!("Version {number} of {}", versions.len()),
        current: (row.version.number != number).then(|| version_link(row.version, "version")),
        items: items(scene, version, &asked_twice(&others, version), &path, section)?,
    })
}

fn find<'s>(scene: &'s Scene, id: &CollectionId) -> Result<CollectionRow<'s>> {
    scene.view.collection_row(id).ok_or_else(|| Error::not_found("collection", format!("collections/{id}")))
}

fn version_link(version: &Version, word: &str) -> Link {
    let href = format!("/collections/{}/versions/{}", version.collection, version.number);
    Link::new(href, format!("{word} {}", version.number))
}

pub(super) fn asks(
    scene: &Scene,
    collection: &onus_domain::collection::Collection,
    version: &Version,
) -> Asks {
    let content = &version.content;
    let by_type = scene.view.respondents_by_type(&collection.id, version.number, scene.today);
    let by_type = by_type.into_iter().map(|(kind, count)| {
        (kind.in_words().to_owned(), format!("{} today", display::things(count, "provider", "providers")))
    });
    Asks {
        title: content.title.clone(),
        reference: collection.reference.map(|reference| reference.to_string()).unwrap_or_default(),
        tags: collections::tags(version),
        owner: scene.body(&collection.owner),
        sector_path: collection.sector_path.as_str().to_lowercase(),
        purpose: display::paragraphs(&content.purpose),
        legal_basis: display::paragraphs(&content.legal_basis),
        uses: display::paragraphs(&content.uses),
        feedback: display::paragraphs(&content.feedback),
        method: display::paragraphs(&content.method),
        contact: display::paragraphs(&content.contact),
        respondents: claims::respondents(content),
        respondents_by_type: by_type.collect(),
        frequency: claims::frequency(content),
        due: claims::due(content.schedule.as_ref()),
        in_force: in_force(version),
        admission: collections::admission(version).into(),
        conditions: version.conditions.clone(),
        evidence: display::paragraphs(&version.evidence),
    }
}

fn in_force(version: &Version) -> String {
    let until = |end| display::day(day_before(end));
    let Some(from) = version.live_from else {
        return match version.expires_on {
            Some(end) => format!("Not yet; approved until {}", until(end)),
            None => "Not yet".into(),
        };
    };
    let from = display::day(from);
    if version.state == VersionState::Approved {
        let held = version.expires_on.map(|end| format!("; approved until {}", until(end)));
        return format!("Not yet: it begins on {from}{}", held.unwrap_or_default());
    }
    let until = match version.live_to {
        Some(end) => format!("until {}", display::day(day_before(end))),
        None => "no end set".into(),
    };
    let held = match (version.admission, version.expires_on) {
        (Admission::Adopted, Some(end)) => format!("; adopted until {}", display::day(day_before(end))),
        (Admission::Approved | Admission::LightPath, Some(end)) => {
            format!("; approved until {}", display::day(day_before(end)))
        }
        _ => String::new(),
    };
    let spells = version.suspensions.iter().map(|spell| match spell.to {
        Some(end) => {
            format!("; suspended from {} until {}", display::day(spell.from), display::day(day_before(end)))
        }
        None => format!("; suspended since {}", display::day(spell.from)),
    });
    format!("From {from}, {until}{held}{}", spells.collect::<String>())
}

fn adopted(scene: &Scene, row: CollectionRow<'_>) -> Option<Adopted> {
    let version = row.version;
    let expires_on = version.expires_on.filter(|_| version.admission == Admission::Adopted)?;
    Some(Adopted {
        expires_on: display::day(day_before(expires_on)),
        reference: row.collection.reference.map(|reference| reference.to_string()).unwrap_or_default(),
        expired: expires_on <= scene.today || version.state == VersionState::Expired,
    })
}

/// The share of a version's respondents, and of what it asks, that rests on an assumption: of who must answer, and of how often.
fn assumed_shares(scene: &Scene, version: &Version) -> (f64, f64) {
    let day = scene.month.last_day();
    let mut respondents = scene.view.burden.respondents(&version.collection, version.number);
    respondents
        .retain(|one| one.from_date.is_none_or(|from| from <= day) && one.to_date.is_none_or(|to| day <= to));
    let assumed = respondents.iter().filter(|one| one.basis == Basis::Assumed).count();
    #[expect(clippy::cast_precision_loss, reason = "counts of providers are far below 2^52")]
    let of_respondents = if assumed == 0 { 0.0 } else { assumed as f64 / respondents.len() as f64 };
    let frequency = version.content.schedule.as_ref().is_none_or(|schedule| schedule.basis == Basis::Assumed);
    (of_respondents, if frequency { 1.0 } else { of_respondents })
}

pub(super) fn burden(scene: &Scene, version: &Version) -> Vec<Figure> {
    let Some(month) = scene.view.collection_month(&version.collection, scene.month) else { return vec![] };
    let (of_respondents, of_asks) = assumed_shares(scene, version);
    let assumed = month.hours_12m_assumed_share.as_ref().map_or(0.0, onus_burden::Ratio::to_f64);
    let hours = month.hours_12m.to_f64();
    let mut figures =
        vec![Figure::new("Burden", display::hours(hours)).unit("hours a year").assumed(assumed)];
    if month.obligations_12m > 0 {
        #[expect(clippy::cast_precision_loss, reason = "counts of submissions are far below 2^52")]
        let each = hours / month.obligations_12m as f64;
        figures.push(
            Figure::new("Each submission, on average", display::hours(each)).unit("hours").assumed(assumed),
        );
    }
    figures.extend([
        Figure::new("Submissions owed", display::count(month.obligations_12m))
            .unit("a year")
            .assumed(of_asks),
        Figure::new("Providers", display::count(month.respondents))
            .note(format!("that must answer at the end of {}", scene.month.in_words()))
            .assumed(of_respondents),
        Figure::new("Asks", display::count(month.asks))
            .unit("a year")
            .note("one content item, one period, one provider")
            .assumed(of_asks),
    ]);
    figures
}

fn method(method: Method) -> Tag {
    match method {
        Method::Declared => Tag::new("Declared", "white"),
        Method::Assessed => Tag::new("Assessed", "blue"),
        Method::Measured => Tag::new("Measured", "green"),
        Method::Assumed => Tag::assumed(),
    }
}

pub(crate) fn cost_line(line: &Line) -> CostLine {
    let basis = match line.basis {
        LineBasis::PerSubmission => "each submission".into(),
        LineBasis::PerItem => "each item, each submission".into(),
        LineBasis::PerUnit => {
            let unit =
                line.unit_measure.map_or("units of size", onus_domain::organisation::SizeMeasure::unit);
            let size = line.unit_size.map(|size| size.to_string()).unwrap_or_default();
            format!("each {size} {unit}, each submission")
        }
        LineBasis::Annual => "each year".into(),
        LineBasis::OneOff => {
            let life = line.life_months.unwrap_or(onus_domain::statement::DEFAULT_LIFE_MONTHS);
            format!("once, spread over {life} months")
        }
    };
    CostLine {
        activity: display::words(line.activity.as_str()),
        staff_role: display::words(line.staff_role.as_str()),
        minutes: line.minutes.to_string(),
        basis,
    }
}

fn history(version: &Version) -> VersionLine {
    let day = |day: Option<chrono::NaiveDate>, none: &str| day.map_or_else(|| none.to_owned(), display::day);
    VersionLine {
        link: version_link(version, "Version"),
        state: Tag::state(version.state),
        live_from: day(version.live_from, "Not yet in force"),
        live_to: day(version.live_to.map(day_before), "No end set"),
        items: display::count(version.content.items.len()),
    }
}

/// Another collection that shares something with this one.
struct Other<'v> {
    row: CollectionRow<'v>,
    overlap: &'v OverlapRow,
    /// The facts in common.
    facts: SharedFacts,
    /// Content that both have about the same people, optional in one of them.
    optional: usize,
    /// Definitions in common that are neither asked twice nor optional.
    definitions: usize,
    /// Those of them that are content of both.
    content: usize,
}

fn others<'s>(scene: &'s Scene, row: CollectionRow<'s>) -> Vec<Other<'s>> {
    let id = &row.collection.id;
    let overlaps = scene.view.overlaps_of(id).into_iter().filter_map(|overlap| {
        let other =
            if overlap.concepts.left == *id { &overlap.concepts.right } else { &overlap.concepts.left };
        let other = scene.view.collection_row(other)?;
        let facts = scene.view.burden.shared_facts(id, &other.collection.id, scene.month);
        let Split { optional, definitions, joining, .. } = split(scene, (row, other), &facts);
        Some(Other {
            row: other,
            overlap,
            optional: optional.len(),
            definitions: definitions.len() + joining.len(),
            content: definitions.len(),
            facts,
        })
    });
    overlaps.collect()
}

impl Other<'_> {
    fn shared(&self, scene: &Scene, row: CollectionRow<'_>, count: usize) -> Shared {
        let (id, other) = (&row.collection.id, &self.row.collection.id);
        let all = &self.overlap.concepts;
        let own = if all.left == *id { all.left_size } else { all.right_size };
        Shared {
            other: scene.collection(other),
            owner: scene.organisation(&self.row.collection.owner),
            shared: display::count(count),
            content: display::count(self.content),
            optional: display::count(self.optional),
            share: format!("{} of {}", display::count(count), display::count(own)),
            providers: display::count(self.overlap.shared_respondents),
            compare: Link::overlap(id, other, "Side by side"),
        }
    }

    fn asked_twice(&self, scene: &Scene, row: CollectionRow<'_>) -> Option<Shared> {
        let any = self.overlap.shared_facts + self.optional > 0;
        any.then(|| self.shared(scene, row, self.overlap.shared_facts))
    }
}

/// Those that share definitions without asking twice, most of them first.
fn shared_definitions(scene: &Scene, row: CollectionRow<'_>, others: &[Other<'_>]) -> Vec<Shared> {
    let mut others: Vec<_> = others.iter().filter(|other| other.definitions > 0).collect();
    others.sort_by_key(|other| std::cmp::Reverse((other.definitions, other.content)));
    others.into_iter().map(|other| other.shared(scene, row, other.definitions)).collect()
}

/// Which items of a version others ask the facts of.
fn asked_twice(others: &[Other<'_>], version: &Version) -> AskedTwice {
    let mut twice = AskedTwice::new();
    for other in others {
        let shared = &other.facts;
        for fact in shared
            .facts
            .iter()
            .filter(|fact| onus_app::overlaps::is_content(fact, shared) && shared.shared_respondents > 0)
        {
            let own = fact
                .involved()
                .filter(|item| item.collection == version.collection && item.version == version.number);
            for item in own {
                twice.entry(item.position).or_default().insert(other.row.collection.id.clone());
            }
        }
    }
    twice
}
