//! Watching: events from a place in the log on, for one reader.

use super::{ResumeToken, admits, check_filter, feed, too_many};
use crate::{App, Context};
use onus_domain::{
    Error, Result, Violations,
    event::{Event, EventFilter},
    role::Actor,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Watchers of one process.
const MOST_WATCHERS: usize = 2_000;
/// Longest silence: then the reader is told how far it is.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// What a watcher is told.
#[derive(Debug, Clone)]
pub struct Watched {
    /// What happened; `None` to say only how far it is.
    pub event: Option<Arc<Event>>,
    /// Whether the reader is one of those who may know the reason.
    pub inside: bool,
    /// Where to go on from.
    pub token: ResumeToken,
}

/// One reader of events.
#[derive(Debug)]
pub struct Watcher {
    reader: Actor,
    /// What the reader's account was when the stream began.
    account: Option<Actor>,
    filter: EventFilter,
    token: ResumeToken,
    spoke: Instant,
    begun: bool,
    _place: feed::Place,
}

impl App {
    /// Watches events that `context` may read and `filter` asks for: from where `resume_token` stopped; without it from now on, or from
    /// the beginning of the log.
    pub async fn watch(
        &self,
        context: &Context,
        filter: EventFilter,
        resume_token: &str,
        from_beginning: bool,
    ) -> Result<Watcher> {
        let mut found = Violations::new();
        check_filter(&filter, &*self.view().await?, &mut found);
        if !resume_token.is_empty() {
            found.take(ResumeToken::read(resume_token));
        }
        found.into_result()?;
        let token = match resume_token {
            "" if from_beginning => ResumeToken::BEGINNING,
            "" => self.end_of_log().await?,
            text => self.read_resume_token(text).await?,
        };
        let place = self.feed.enter(MOST_WATCHERS).ok_or_else(too_many)?;
        let reader = context.actor.clone();
        let account = self.acting(&reader.account).await?;
        Ok(Watcher { reader, account, filter, token, spoke: Instant::now(), begun: false, _place: place })
    }
}

impl Watcher {
    /// Waits for what is next: events in order, or how far it is when nothing happens for a while. First it says where it begins.
    pub async fn next(&mut self, app: &App) -> Result<Vec<Watched>> {
        if !std::mem::replace(&mut self.begun, true) {
            return Ok(vec![self.here()]);
        }
        loop {
            let before = self.token;
            let told = self.read(app).await?;
            if !told.is_empty() {
                self.spoke = Instant::now();
                return Ok(told);
            }
            let moved = self.token != before;
            if self.spoke.elapsed() >= HEARTBEAT {
                self.spoke = Instant::now();
                return Ok(vec![self.here()]);
            }
            if !moved {
                tokio::time::sleep(feed::LOOK).await;
            }
        }
    }

    /// A stream outlives what let its reader in: when the account has changed, nothing more is told before they call anew.
    async fn check_reader(&self, app: &App) -> Result<()> {
        if !self.reader.is_known() || app.acting(&self.reader.account).await? == self.account {
            return Ok(());
        }
        Err(Error::Unauthenticated("the account has changed: go on with the last resume_token".into()))
    }

    fn here(&self) -> Watched {
        Watched { event: None, inside: false, token: self.token }
    }

    async fn read(&mut self, app: &App) -> Result<Vec<Watched>> {
        let mut told = Vec::new();
        let seen = app.seen_from(self.token.next).await?;
        if seen.is_empty() {
            return Ok(told);
        }
        self.check_reader(app).await?;
        let view = app.view().await?;
        for one in seen {
            self.token = ResumeToken::after(self.token.next, one.id);
            let Some(event) = one.event else { continue };
            if event.is_open_to(&self.reader) && admits(&self.filter, &event, &view) {
                let inside = event.is_inside(&self.reader);
                told.push(Watched { event: Some(event), inside, token: self.token });
            }
        }
        Ok(told)
    }
}
