//! What registrars do: register a collection and bring it through its life, one thing a page. Of each form, what it shows and how it is read
//! back stand in one file.

pub(crate) mod burden;
pub(crate) mod check;
pub(crate) mod duplicates;
pub(crate) mod file;
pub(crate) mod item;
pub(crate) mod items;
pub(crate) mod respondents;
pub(crate) mod schedule;
pub(crate) mod start;
pub(crate) mod steps;
pub(crate) mod tasks;
pub(crate) mod texts;
mod waiting;
pub(crate) mod work;

use crate::{
    answers::{go_to, in_words},
    fields::Fields,
    handlers::key,
    pages::fields::{DraftForm, Overtaken},
    parts::{Link, Problem},
    shell::{Area, Shell},
};
use axum::{extract::Path, response::Response};
use onus_app::{App, Context};
use onus_domain::{
    CollectionId, Error, OdsCode, Result, Violation,
    collection::Collection,
    diff::Diff,
    role::Act,
    version::{Content, Version, VersionState},
};

/// Where a draft is: its collection's key and its number.
pub(crate) type At = Path<(String, String)>;

/// A version of one's own body's.
pub(crate) struct Draft {
    pub collection: Collection,
    pub version: Version,
}

impl Draft {
    /// The version at an address, for its owner's registrars.
    pub async fn find(app: &App, context: &Context, (id, number): &(String, String)) -> Result<Self> {
        let id: CollectionId = key("collection", id)?;
        let number: u32 = number.parse().map_err(|_| Error::not_found("version", number))?;
        Self::read(app, context, (&id, number)).await
    }

    async fn read(app: &App, context: &Context, (id, number): (&CollectionId, u32)) -> Result<Self> {
        let (collection, version) = app.version(context, id, number).await?;
        context.authorise(Act::WriteDraft, Some(&collection.owner))?;
        Ok(Self { collection, version })
    }

    /// The same, of which a page can change what it asks; another one is looked at where its tasks are.
    pub async fn open(app: &App, context: &Context, at: &(String, String)) -> Result<Result<Self, Response>> {
        let draft = Self::find(app, context, at).await?;
        Ok(if draft.version.state == VersionState::Draft { Ok(draft) } else { Err(go_to(&draft.path(""))) })
    }

    pub fn at(&self) -> (&CollectionId, u32) {
        (&self.collection.id, self.version.number)
    }

    pub fn owner(&self) -> &OdsCode {
        &self.collection.owner
    }

    pub fn content(&self) -> &Content {
        &self.version.content
    }

    /// An address below the draft's own.
    pub fn path(&self, below: &str) -> String {
        format!("/drafts/{}/{}{below}", self.collection.id, self.version.number)
    }

    pub fn link(&self) -> Link {
        Link::new(self.path(""), &self.content().title)
    }

    /// What stands around one of its pages. Drafts show no figure of the sample's.
    pub fn shell(&self, title: &str) -> Shell {
        let link = self.link();
        Shell::new(title, Area::Work, false).under("/work", "Your work").under(link.href, link.text)
    }

    pub fn form(&self, below: &str, told: Told) -> DraftForm {
        DraftForm {
            problems: told.problems,
            overtaken: told.overtaken,
            revision: self.version.revision,
            draft: self.link(),
            action: self.path(below),
        }
    }
}

/// What a form has to say of what was sent.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub problems: Vec<Problem>,
    pub overtaken: Vec<Overtaken>,
}

/// What became of a change of a draft.
pub(crate) enum Saved {
    /// It is saved.
    Done,
    /// It is not: the draft as it is now, what is wrong, and what somebody else saved meanwhile.
    Not(Box<Draft>, Vec<Violation>, Vec<Overtaken>),
}

/// Saves a change of a draft, unless somebody else saved another one since its form was shown. The same change sent twice is one.
pub(crate) async fn save(
    app: &App,
    context: &Context,
    draft: Draft,
    fields: &Fields,
    edit: impl Fn(&mut Content),
) -> Result<Saved> {
    let etag = format!("\"{}\"", fields.text("revision"));
    let change = |mut content: Content| {
        edit(&mut content);
        Ok(content)
    };
    match app.update_draft(context, draft.at(), &etag, change, false).await {
        Ok(_) => Ok(Saved::Done),
        Err(Error::Invalid(violations)) => Ok(Saved::Not(Box::new(draft), violations, vec![])),
        Err(Error::StaleEtag { .. }) => {
            let now = Draft::read(app, context, draft.at()).await?;
            let mut mine = now.content().clone();
            edit(&mut mine);
            let overtaken = overtaken(&Diff::between(now.content(), &mine));
            Ok(if overtaken.is_empty() { Saved::Done } else { Saved::Not(Box::new(now), vec![], overtaken) })
        }
        Err(error) => Err(error),
    }
}

fn overtaken(diff: &Diff) -> Vec<Overtaken> {
    let fields = diff.fields.iter().map(|change| Overtaken {
        field: in_words(&change.field),
        theirs: change.before.clone(),
        yours: change.after.clone(),
    });
    let items =
        [("Items that are not there any more", &diff.added), ("Items that came to it", &diff.removed)];
    let items = items.into_iter().filter(|(_, items)| !items.is_empty()).map(|(what, items)| Overtaken {
        field: what.into(),
        theirs: items.len().to_string(),
        yours: String::new(),
    });
    let changed = diff.changed.iter().flat_map(|item| {
        item.fields.iter().map(|change| Overtaken {
            field: format!("Item {}: {}", item.after.position, in_words(&change.field).to_lowercase()),
            theirs: change.before.clone(),
            yours: change.after.clone(),
        })
    });
    fields.chain(items).chain(changed).collect()
}
