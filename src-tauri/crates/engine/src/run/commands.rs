//! What the loop does when it is asked: requests that only ask are answered beside it; those that change something are
//! carried out here, where nothing else changes at the same time.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use signalbox_pages::recognition::Found;
use tokio::sync::oneshot;
use url::Url;

use super::{
    Command,
    answer::{self, Asked, answer_from_store},
    keep::unavailable,
    turn::{Loop, Waiting},
};
use crate::{
    api::{
        AcceptedView, AcknowledgedView, ApiError, EngineView, ErrorCode, MutedView, PausedView, RemovedView,
        Reply, Request, Route,
    },
    config::{
        Config, Fingerprint, Loaded,
        edit::{self, EditError, WatchEntry},
    },
    control::Hint,
    pasted::Pasted,
    recognise::recognise,
    store::{EventKind, Mute, PageRow, StatusRow, UNTIL_LIFTED},
};

/// Where an answer goes.
type Answer = oneshot::Sender<Result<Reply, ApiError>>;

/// A page that proved to be one.
pub(crate) struct Proven {
    /// Its site as one address, which goes into the configuration.
    page: Url,
    /// The key of its platform.
    platform: &'static str,
    /// What the person calls the vendor.
    name: Option<String>,
}

impl Proven {
    fn of(found: &Found, name: Option<String>) -> Self {
        Self {
            page: found.site.to_url(),
            platform: found.platform,
            name,
        }
    }
}

impl Loop {
    pub(super) async fn answer(&mut self, request: Request, reply: Answer) {
        match request {
            Request::Ping => send(reply, Ok(Reply::Pong(self.engine_view()))),
            Request::Check { vendors } => self.check(vendors, reply).await,
            Request::Add { page, name } => self.probe(page, name, reply),
            Request::Remove { vendor } => {
                let removed = self.remove(&vendor).await;
                send(reply, removed);
            }
            Request::Scope {
                vendor,
                components: Some(components),
            } => {
                let set = self.set_scope(&vendor, &components).await;
                match set {
                    Ok(()) => {
                        let shown = Request::Scope {
                            vendor,
                            components: None,
                        };
                        self.answer_beside(shown, reply).await;
                    }
                    Err(error) => send(reply, Err(error)),
                }
            }
            Request::Mute {
                target,
                vendor,
                until,
            } => {
                let muted = self.mute(&target, vendor.as_deref(), Some(Mute { until })).await;
                send(reply, muted);
            }
            Request::Unmute { target, vendor } => {
                let lifted = self.mute(&target, vendor.as_deref(), None).await;
                send(reply, lifted);
            }
            Request::Acknowledge {
                incident,
                vendor,
                undo,
            } => {
                let acknowledged = self.acknowledge(&incident, vendor.as_deref(), undo).await;
                send(reply, acknowledged);
            }
            Request::AcceptUnreadable { vendor, accept } => {
                let accepted = self.accept_unreadable(&vendor, accept).await;
                send(reply, accepted);
            }
            Request::Pause { until } => {
                let paused = self.pause(until).await;
                send(reply, paused);
            }
            Request::Resume => {
                let resumed = self.resume().await;
                send(reply, resumed);
            }
            Request::Show {
                route,
                activation_token,
            } => send(reply, self.show(route, activation_token)),
            Request::Vendors { words, limit } => self.vendors(words, limit, reply),
            asking @ (Request::Status { .. }
            | Request::Scope { .. }
            | Request::History { .. }
            | Request::Incident { .. }
            | Request::At { .. }
            | Request::Search { .. }
            | Request::Uptime { .. }
            | Request::Doctor) => self.answer_beside(asking, reply).await,
        }
    }

    /// Tells whoever has the window.
    fn show(&self, route: Route, activation_token: Option<String>) -> Result<Reply, ApiError> {
        let hint = Hint::Show {
            route,
            activation_token,
        };
        if self.setup.shows && self.hints.send(hint).is_ok() {
            return Ok(Reply::Shown);
        }
        let message = "Signalbox runs here without a window (as signalbox watch does): stop it and start the desktop \
                       program, or ask on the command line: signalbox status";
        Err(ApiError::new(ErrorCode::Unavailable, message))
    }

    /// Searches the catalogue on a thread of its own: its list may have to be read first.
    fn vendors(&self, words: String, limit: u32, reply: Answer) {
        let (list, config) = (Arc::clone(&self.vendor_list), self.config.config.clone());
        tokio::task::spawn_blocking(move || {
            send(reply, Ok(Reply::Vendors(list.search(&config, &words, limit))));
        });
    }

    /// Answers from the store on a thread of its own: a long search delays no poll.
    async fn answer_beside(&mut self, request: Request, reply: Answer) {
        // Whoever asks is not made to wait for a store that cannot be written.
        if self.setup.store.trouble().is_none() {
            self.save().await;
        }
        let (store, config) = (self.setup.store.clone(), self.config.config.clone());
        let (engine, now) = (self.engine_view(), self.setup.clock.now());
        let list = Arc::clone(&self.vendor_list);
        tokio::task::spawn_blocking(move || {
            send(
                reply,
                answer_from_store(
                    &store,
                    &Asked {
                        config: &config,
                        engine,
                        now,
                        vendors: &list,
                    },
                    &request,
                ),
            );
        });
    }

    /// Answers those whose pages have all been polled.
    pub(super) async fn answer_ready(&mut self) {
        let ready: Vec<Waiting> = self
            .waiting
            .extract_if(.., |waiting| waiting.pages.is_empty())
            .collect();
        for Waiting { request, reply, .. } in ready {
            let Request::Add { page, .. } = request else {
                self.answer_beside(request, reply).await;
                continue;
            };
            let (inner, answer) = oneshot::channel();
            self.answer_beside(Request::Status { vendors: vec![page] }, inner)
                .await;
            tokio::spawn(async move {
                let answered = answer.await.unwrap_or_else(|_| Err(super::stopped()));
                send(reply, answered.and_then(added));
            });
        }
    }

    pub(super) fn engine_view(&self) -> EngineView {
        EngineView {
            running: self.setup.mode == super::Mode::Continuous,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: Some(std::process::id()),
            heartbeat_at: Some(self.setup.clock.now()),
            offline_since: self.offline.as_ref().map(|offline| offline.since),
            store_trouble: self.setup.store.trouble().map(|trouble| trouble.to_string()),
            paused: PausedView::of(self.pause, self.setup.clock.now()),
        }
    }

    async fn rows(&self) -> Result<Vec<StatusRow>, ApiError> {
        self.setup
            .store
            .read(|view| view.status())
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn check(&mut self, vendors: Vec<String>, reply: Answer) {
        let pages: Result<BTreeSet<_>, ApiError> = match self.rows().await {
            Ok(rows) if vendors.is_empty() => Ok(rows.iter().map(|row| row.page.id).collect()),
            Ok(rows) => vendors
                .iter()
                .map(|vendor| answer::one(&rows, vendor).map(|row| row.page.id))
                .collect(),
            Err(error) => Err(error),
        };
        match pages {
            Ok(pages) => {
                for page in &pages {
                    self.start_poll(*page);
                }
                self.waiting.push(Waiting {
                    pages,
                    request: Request::Check { vendors },
                    reply,
                });
            }
            Err(error) => send(reply, Err(error)),
        }
    }

    // --- Watching and no longer watching ---

    /// Finds out what was pasted and asks the page who it is before it is watched: what cannot be read is not added.
    fn probe(&mut self, pasted: String, name: Option<String>, reply: Answer) {
        let (list, config) = (Arc::clone(&self.vendor_list), self.config.config.clone());
        let (tools, nonce) = (self.tools(), self.nonces.u64(..));
        let Some(own) = self.own_inbox() else {
            return send(reply, Err(super::stopped()));
        };
        tokio::spawn(async move {
            let watches = config.clone();
            // The directory may have to be read first.
            let understood = tokio::task::spawn_blocking(move || {
                Pasted::of(&pasted, &list.in_use(&config.catalogue).catalogue)
            });
            let pasted = match understood.await {
                Ok(Ok(pasted)) => pasted,
                Ok(Err(unclear)) => {
                    return send(
                        reply,
                        Err(ApiError::new(ErrorCode::BadInput, unclear.to_string())),
                    );
                }
                Err(error) => {
                    return send(reply, Err(ApiError::new(ErrorCode::Internal, error.to_string())));
                }
            };
            if let Some(watch) = watches.watch(&pasted.address) {
                let message = format!("{} is watched already ({})", pasted.address, watch.place);
                return send(reply, Err(ApiError::new(ErrorCode::Usage, message)));
            }
            let mut found = recognise(&tools, &pasted.address, &pasted.hints, nonce).await;
            if found.is_err()
                && let Some(otherwise) = &pasted.otherwise
                && let Ok(beside) = recognise(&tools, otherwise, &[], nonce).await
            {
                found = Ok(beside);
            }
            match found {
                Ok(found) => {
                    if let Err(failed) = own
                        .send(Command::Proven(Box::new(Proven::of(&found, name)), reply))
                        .await
                        && let Command::Proven(_, reply) = failed.0
                    {
                        send(reply, Err(super::stopped()));
                    }
                }
                Err(nothing) => {
                    let message = format!("{} was not added: {nothing}", pasted.address);
                    send(reply, Err(ApiError::new(ErrorCode::Page, message)));
                }
            }
        });
    }

    /// Watches a page that proved to be one.
    pub(super) async fn add(&mut self, proven: Proven, reply: Answer) {
        let Proven { page, platform, name } = proven;
        // Another address may lead to it: without what stands behind it, say, or an older one.
        let known = self.pages.values().find(|known| known.base == page);
        let watched = known.map(|known| &known.watch);
        if let Some(watch) = watched.or_else(|| self.config.config.watch(&page)) {
            let message = format!("{} is watched already ({})", watch.page, watch.place);
            return send(reply, Err(ApiError::new(ErrorCode::Usage, message)));
        }
        let mut entry = WatchEntry::of(page.clone());
        entry.name = name.clone();
        if let Err(error) = self
            .edit(|path, fingerprint| edit::add_watch(path, &entry, fingerprint))
            .await
        {
            return send(reply, Err(error));
        }
        let Some(id) = self
            .pages
            .values()
            .find(|known| known.watch.page == page)
            .map(|known| known.id)
        else {
            return send(
                reply,
                Err(ApiError::new(
                    ErrorCode::Internal,
                    "the page was written but not taken up",
                )),
            );
        };
        if let Some(known) = self.pages.get_mut(&id) {
            known.platform = Some(platform.to_owned());
            known.base = page.clone();
            let site = page.to_string();
            self.write(move |tx| tx.set_resolved(id, &site, platform)).await;
        }
        self.start_poll(id);
        let request = Request::Add {
            page: page.to_string(),
            name,
        };
        self.waiting.push(Waiting {
            pages: BTreeSet::from([id]),
            request,
            reply,
        });
    }

    async fn remove(&mut self, vendor: &str) -> Result<Reply, ApiError> {
        let rows = self.rows().await?;
        let row = answer::one(&rows, vendor)?;
        let (name, address) = (row.page.vendor.clone(), parse(&row.page)?);
        self.edit(|path, fingerprint| edit::remove_watch(path, &address, fingerprint))
            .await?;
        Ok(Reply::Removed(RemovedView {
            vendor: name,
            page: address.to_string(),
        }))
    }

    async fn set_scope(&mut self, vendor: &str, components: &[String]) -> Result<(), ApiError> {
        let rows = self.rows().await?;
        let row = answer::one(&rows, vendor)?;
        let ids = answer::component_ids(row, components)?;
        let named: Vec<(String, String)> = row
            .components
            .iter()
            .filter(|component| ids.contains(&component.component.id))
            .map(|component| (component.component.id.clone(), component.component.name.clone()))
            .collect();
        let (address, id) = (parse(&row.page)?, row.page.id);
        self.edit(|path, fingerprint| edit::set_scope(path, &address, &named, fingerprint))
            .await?;
        // The same identifiers may have been chosen while they meant something else.
        self.write(move |tx| tx.set_carried_scope(id, None)).await;
        if let Some(page) = self.pages.get_mut(&id) {
            page.last_known = None;
            page.carried = None;
        }
        Ok(())
    }

    /// Edits the configuration file, and takes it up as it then is.
    async fn edit<F>(&mut self, edit: F) -> Result<(), ApiError>
    where
        F: FnOnce(&Path, &Fingerprint) -> Result<Fingerprint, EditError>,
    {
        let path = self.setup.places.config_file.clone();
        // What was changed by hand a moment ago counts, even if the watcher has not brought it yet.
        let loaded = Config::load_within(&path, &self.setup.limits).map_err(configuration)?;
        edit(&path, &loaded.fingerprint()).map_err(configuration)?;
        let loaded = Config::load_within(&path, &self.setup.limits).map_err(configuration)?;
        self.take_config(loaded).await
    }

    pub(super) async fn reload(&mut self, config: Loaded) {
        if let Err(error) = self.take_config(config).await {
            tracing::error!(%error, "the new configuration could not be taken up");
            // Where it is the store, that is told already, and the configuration is taken up as soon as it can be.
            if !self.pages_are_behind {
                let _nobody = self.hints.send(Hint::ConfigRefused {
                    reason: error.message,
                });
            }
        }
    }

    async fn take_config(&mut self, config: Loaded) -> Result<(), ApiError> {
        self.save().await;
        if config.config.preferences != self.config.config.preferences {
            self.renew_fetcher(&config.config.preferences)?;
        }
        self.config = config;
        self.load_pages().await?;
        let _nobody = self.hints.send(Hint::Reloaded);
        Ok(())
    }

    // --- What the person does not want to hear of ---

    async fn mute(&self, target: &str, vendor: Option<&str>, mute: Option<Mute>) -> Result<Reply, ApiError> {
        let now = self.setup.clock.now();
        let until = mute.map(|mute| mute.until.unwrap_or(UNTIL_LIFTED));
        let event = answer::event_named(&self.setup.store, target, vendor, None).await?;
        if let Some(event) = event {
            let (key, what) = (event.key, format!("{}: {}", event.vendor, event.facts.title()));
            self.setup
                .store
                .write(move |tx| tx.mute_event(key, mute, now))
                .await
                .map_err(|error| unavailable(&error))?;
            return Ok(Reply::Muted(MutedView { what, until }));
        }
        let rows = self.rows().await?;
        let row = answer::one(&rows, target)?;
        let (id, what) = (row.page.id, row.page.vendor.clone());
        self.setup
            .store
            .write(move |tx| tx.mute_page(id, mute, now))
            .await
            .map_err(|error| unavailable(&error))?;
        Ok(Reply::Muted(MutedView { what, until }))
    }

    async fn acknowledge(&self, incident: &str, vendor: Option<&str>, undo: bool) -> Result<Reply, ApiError> {
        let now = self.setup.clock.now();
        let store = &self.setup.store;
        let event = match answer::event_named(store, incident, vendor, Some(EventKind::Incident)).await? {
            Some(event) => event,
            None if self.is_maintenance(incident).await? => {
                let message = "that is a maintenance, not an incident";
                return Err(ApiError::new(ErrorCode::Usage, message));
            }
            None => {
                let message = "no incident of that id is recorded; signalbox history lists them";
                return Err(ApiError::new(ErrorCode::NotFound, message));
            }
        };
        let key = event.key;
        let at = (!undo).then_some(now);
        let event = self
            .setup
            .store
            .write(move |tx| {
                tx.acknowledge(key, at)?;
                tx.event(key)
            })
            .await
            .map_err(|error| unavailable(&error))?;
        let view = event.and_then(|event| event.incident_view(now));
        let incident =
            view.ok_or_else(|| ApiError::new(ErrorCode::Internal, "an incident vanished from the store"))?;
        Ok(Reply::Acknowledged(AcknowledgedView { incident }))
    }

    async fn accept_unreadable(&self, vendor: &str, accepted: bool) -> Result<Reply, ApiError> {
        let rows = self.rows().await?;
        let row = answer::one(&rows, vendor)?;
        let (id, vendor) = (row.page.id, row.page.vendor.clone());
        self.setup
            .store
            .write(move |tx| tx.set_accepted_unreadable(id, accepted))
            .await
            .map_err(|error| unavailable(&error))?;
        Ok(Reply::AcceptedUnreadable(AcceptedView { vendor, accepted }))
    }

    async fn is_maintenance(&self, id: &str) -> Result<bool, ApiError> {
        let id = id.to_owned();
        let named = self.setup.store.read(move |view| view.events_named(&id)).await;
        let named = named.map_err(|error| unavailable(&error))?;
        Ok(named.iter().any(|event| event.kind() == EventKind::Maintenance))
    }
}

fn added(reply: Reply) -> Result<Reply, ApiError> {
    let Reply::Status(status) = reply else {
        return Ok(reply);
    };
    let vendor = status.vendors.into_iter().next();
    vendor
        .map(Reply::Added)
        .ok_or_else(|| ApiError::new(ErrorCode::Internal, "the page was added but is not known"))
}

fn parse(page: &PageRow) -> Result<Url, ApiError> {
    Url::parse(&page.address).map_err(|error| ApiError::new(ErrorCode::Internal, error.to_string()))
}

fn configuration(error: impl std::fmt::Display) -> ApiError {
    ApiError::new(ErrorCode::Configuration, error.to_string())
}

fn send(reply: Answer, answer: Result<Reply, ApiError>) {
    // Whoever asked may have gone.
    let _gone = reply.send(answer);
}
