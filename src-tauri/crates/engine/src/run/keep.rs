//! What the loop keeps: pages from the store and back into it, what is owed beside a page's own changes, and the
//! store's own upkeep.

use std::time::Duration;

use signalbox_channels::Announcement;
use signalbox_pages::text;
use url::Url;

use super::{
    Mode,
    batch::Closing,
    page::{DocumentMemory, Observed, Page, elapsed},
    turn::Loop,
};
use crate::{
    announce::{
        Draft, Told, held,
        source::{self, Trouble},
        summary,
    },
    api::{ApiError, ErrorCode, SourceState},
    compare::Listed,
    config::{Preferences, Watch},
    fetch::{FetchSettings, ProxyChoice, Validators, user_agent},
    poll::host_of,
    source::Source,
    store::{Batch, DocumentRow, EventKind, EventRow, PageRow, PollRow, StoreError, WatchRow},
};

/// Delivered announcements are kept so long.
const KEEP_DELIVERED: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

/// Whoever was away for less than this is not told that nothing changed.
const NOTICED_AFTER: Duration = Duration::from_secs(120);

impl Loop {
    /// Makes the summaries that an earlier run was still collecting for: what is held is owed all the same.
    pub(super) async fn take_up(&mut self) -> Result<(), ApiError> {
        let store = self.setup.store.clone();
        self.setup.owed_to = match self.setup.mode {
            Mode::Continuous => {
                let names: Vec<String> = self
                    .setup
                    .channels
                    .iter()
                    .map(|channel| channel.name().to_owned())
                    .collect();
                let kept = names.clone();
                store
                    .write(move |tx| tx.set_channels(&kept))
                    .await
                    .map_err(|error| unavailable(&error))?;
                names
            }
            Mode::OnRequest => store
                .read(|view| view.channels())
                .await
                .map_err(|error| unavailable(&error))?,
        };
        for closing in [Closing::Baseline, Closing::CatchUp(jiff::Timestamp::MAX)] {
            self.close_batch(closing).await;
        }
        Ok(())
    }

    /// Brings the store in step with the configuration, and the loop with the store.
    pub(super) async fn load_pages(&mut self) -> Result<(), ApiError> {
        self.pages_are_behind = true;
        let now = self.setup.clock.now();
        let watches = self.config.config.watches.clone();
        let usual = self.config.config.preferences.interval;
        let rows: Vec<WatchRow> = watches.iter().map(|watch| watch_row(watch, usual)).collect();
        let loaded = self
            .setup
            .store
            .write(move |tx| {
                // What is watched again is seen as if for the first time: nobody wants the news of the time in between.
                let returned = tx.sync_watches(&rows, now)?.returned;
                for page in &returned {
                    tx.begin_anew(*page)?;
                }
                tx.watched_pages()?
                    .into_iter()
                    .map(|row| {
                        let documents = tx.documents(row.id)?;
                        let open = tx.open_events(row.id)?;
                        Ok((row, documents, open))
                    })
                    .collect::<Result<Vec<_>, StoreError>>()
            })
            .await
            .map_err(|error| unavailable(&error))?;
        self.pages_are_behind = false;
        let mut pages = std::mem::take(&mut self.pages);
        let mut waited = std::collections::BTreeMap::new();
        for id in pages.keys() {
            waited.extend(self.due.time_of(*id).map(|at| (*id, at)));
            self.due.remove(*id);
        }
        let by_address: std::collections::BTreeMap<&str, &Watch> =
            watches.iter().map(|watch| (watch.page.as_str(), watch)).collect();
        for (row, documents, open) in loaded {
            let Some(watch) = by_address.get(row.address.as_str()).copied() else {
                continue;
            };
            let next_due_at = row.next_due_at;
            let id = row.id;
            let page = match pages.remove(&id) {
                Some(mut known) => {
                    known.watch = watch.clone();
                    known
                }
                None => {
                    let mut page = Box::new(page_from(row, watch.clone(), &documents, &open));
                    page.forget_the_future(now);
                    page
                }
            };
            if !self.is_polling(id) {
                let mut at = waited.get(&id).copied().unwrap_or(next_due_at).min(next_due_at);
                if page.asked_at.is_some_and(|asked| asked > now) {
                    // The clock was set back: what was due in a minute must not wait for hours.
                    at = at.min(now.checked_add(self.longest_wait(&page)).unwrap_or(now));
                }
                self.due.set(id, at);
            }
            self.pages.insert(id, page);
        }
        self.count_hosts();
        Ok(())
    }

    fn longest_wait(&self, page: &Page) -> std::time::Duration {
        page.interval(&self.config.config.preferences)
            .max(crate::fetch::manners::LONGEST_BACKOFF)
    }

    fn count_hosts(&mut self) {
        let hosts: std::collections::BTreeSet<String> =
            self.pages.values().map(|page| host_of(&page.base)).collect();
        self.hosts = hosts.len();
    }

    /// Writes what is known in memory alone; what cannot be written stays there for the next time.
    pub(super) async fn save(&mut self) {
        let mut rows = Vec::new();
        for page in self.pages.values_mut() {
            if page.unsaved || !page.observed.is_empty() {
                page.unsaved = false;
                rows.push((
                    page.id,
                    poll_row(page),
                    document_rows(page),
                    std::mem::take(&mut page.observed),
                ));
                page.documents_unsaved = false;
            }
        }
        let now = self.setup.clock.now();
        let rows = std::sync::Arc::new(rows);
        let written = std::sync::Arc::clone(&rows);
        let saved = self.setup.store.write(move |tx| {
            tx.set_heartbeat(now)?;
            for (id, poll, documents, observed) in written.iter() {
                tx.record_poll(*id, poll, documents)?;
                for Observed { part, from, to } in observed {
                    tx.extend_coverage(*id, *part, *from, *to, Duration::ZERO)?;
                }
            }
            Ok(())
        });
        let Err(error) = saved.await else { return };
        tracing::error!(%error, "the store could not be written");
        for (id, _, documents, observed) in rows.iter() {
            if let Some(page) = self.pages.get_mut(id) {
                page.unsaved = true;
                // Validators of older bodies than what is recorded would make the next run take a change back for no
                // news.
                page.documents_unsaved |= !documents.is_empty();
                page.observed = observed.iter().chain(&page.observed).copied().collect();
            }
        }
    }

    /// Owes the word that a page cannot be reached or read, once. Returns whether that is recorded.
    pub(super) async fn owe_unreachable(
        &mut self,
        page: &Page,
        moved_to: Option<&Url>,
        now: jiff::Timestamp,
    ) -> bool {
        let since = page.source.failing_since.unwrap_or(now);
        let reason = page.source.reason.as_deref().unwrap_or_default();
        let draft = match page.source.state {
            SourceState::Moved => {
                let to = moved_to.unwrap_or(&page.base);
                source::page_moved(&page.vendor(), page.watch.page.as_str(), to.as_str(), false, now)
            }
            SourceState::Unreadable => source::page_unreachable(
                &page.vendor(),
                Trouble::Unreadable,
                reason,
                since,
                page.last_word(),
                now,
            ),
            SourceState::Unreachable | SourceState::Pending | SourceState::Fresh | SourceState::Stale => {
                source::page_unreachable(
                    &page.vendor(),
                    Trouble::Unreachable,
                    reason,
                    since,
                    page.last_word(),
                    now,
                )
            }
        };
        let (id, channels) = (page.id, self.channel_names());
        let written = self
            .write(move |tx| {
                tx.set_told_unreachable(id, Some(now))?;
                if tx.is_silenced(id, now)? {
                    return Ok(());
                }
                let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
                tx.owe(&channels, |key| draft.clone().with_key(key), None)?;
                Ok(())
            })
            .await;
        self.outbox.send_replace(());
        written
    }

    /// Makes one summary of what was held. Returns whether that is recorded.
    pub(super) async fn close_batch(&mut self, closing: Closing) -> bool {
        let (now, channels) = (self.setup.clock.now(), self.channel_names());
        let written = self
            .write(move |tx| {
                match closing {
                    Closing::Baseline => {
                        tx.close_batch(Batch::Baseline, now, |held| {
                            baseline(held, now).map(|draft| |key| draft.with_key(key))
                        })?;
                    }
                    Closing::CatchUp(since) => {
                        let told =
                            tx.close_batch(Batch::CatchUp, now, |held| Some(catch_up(held, since, now)))?;
                        // Who was away is told that nothing changed; who only came late was not away, and a moment's
                        // absence between two networks nobody noticed.
                        if told.is_empty() && elapsed(since, now) >= NOTICED_AFTER {
                            let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
                            let draft = summary::catch_up_summary(&[], since, now);
                            tx.owe(&channels, |key| draft.clone().with_key(key), None)?;
                        }
                    }
                }
                Ok(())
            })
            .await;
        self.outbox.send_replace(());
        written
    }

    pub(super) fn channel_names(&self) -> Vec<String> {
        self.setup.owed_to.clone()
    }

    /// The store's daily copy and its pruning, beside everything else.
    pub(super) fn keep_house(&self) {
        let (store, now) = (self.setup.store.clone(), self.setup.clock.now());
        tokio::spawn(async move {
            if let Err(error) = store.copy_if_due(now).await {
                tracing::warn!(%error, "the daily copy of the store could not be made");
            }
            let before = now.checked_sub(KEEP_DELIVERED).unwrap_or(now);
            if let Err(error) = store.write(move |tx| tx.prune_outbox(before).map(|_| ())).await {
                tracing::warn!(%error, "the outbox could not be pruned");
            }
        });
    }
}

fn watch_row(watch: &Watch, usual_interval: Duration) -> WatchRow {
    WatchRow {
        address: watch.page.to_string(),
        name: watch.name.clone(),
        host: watch.page.host_str().unwrap_or_default().to_owned(),
        interval: watch.interval.unwrap_or(usual_interval),
    }
}

pub(super) fn page_from(row: PageRow, watch: Watch, documents: &[DocumentRow], open: &[EventRow]) -> Page {
    let base = row
        .base_url
        .as_deref()
        .and_then(|base| Url::parse(base).ok())
        .unwrap_or_else(|| watch.page.clone());
    let remembered = documents
        .iter()
        .map(|document| {
            let validators = document
                .url
                .as_deref()
                .and_then(|url| Url::parse(url).ok())
                .map(|url| Validators {
                    url,
                    etag: document.etag.clone(),
                    last_modified: document.last_modified.clone(),
                });
            let memory = DocumentMemory {
                validators,
                body_hash: document.body_hash,
                full_fetch_at: document.full_fetch_at,
            };
            (document.name.clone(), memory)
        })
        .collect();
    Page {
        id: row.id,
        watch,
        base,
        platform: row.platform,
        identity: row.identity,
        source: Source {
            state: row.source,
            reason: row.source_reason,
            misses: row.misses,
            failing_since: row.failing_since,
            told_at: row.told_unreachable_at,
        },
        asked_at: row.asked_at,
        read_at: row.read_at,
        baseline_at: row.baseline_at,
        next_due_at: row.next_due_at,
        heavy_at: row.heavy_at,
        heavy_missed_at: None,
        heavy_owed: row.heavy_owed,
        light_hash: row.light_hash,
        vendor_updated_at: row.vendor_updated_at,
        recognised_at: None,
        lost: 0,
        better: None,
        carried: row.carried_scope,
        documents: remembered,
        wants: row.wants,
        rest_read_at: row.rest_read_at,
        lacks_rest: false,
        last_known: row.last_known_health,
        health: row.health,
        incident_open: open
            .iter()
            .any(|event| event.kind() == EventKind::Incident && event.listed != Listed::No),
        missing: open.iter().any(|event| event.listed == Listed::Missing),
        looked_up: 0,
        // Written by another version: it is looked again with the next change.
        look_again_at: row
            .told
            .as_deref()
            .and_then(|told| serde_json::from_str::<Told>(told).ok())
            .and_then(|told| told.look_again_at()),
        observed: Vec::new(),
        unsaved: false,
        documents_unsaved: false,
        unwatched: true,
    }
}

pub(crate) fn poll_row(page: &Page) -> PollRow {
    PollRow {
        asked_at: page.asked_at.unwrap_or(page.next_due_at),
        source: page.source.state,
        source_reason: page.source.reason.as_deref().map(text::inert),
        failing_since: page.source.failing_since,
        misses: page.source.misses,
        next_due_at: page.next_due_at,
        wants: page.wants.clone(),
        read_at: page.read_at,
        rest_read_at: page.rest_read_at,
        light_hash: page.light_hash,
        heavy_owed: page.heavy_owed,
        heavy_at: page.heavy_at,
        vendor_updated_at: page.vendor_updated_at,
        baseline_at: page.baseline_at,
        last_known_health: page.last_known,
    }
}

/// What is remembered of a page's documents; nothing if the store has that already.
pub(crate) fn document_rows(page: &Page) -> Vec<DocumentRow> {
    if !page.documents_unsaved {
        return Vec::new();
    }
    page.documents
        .iter()
        .map(|(name, memory)| DocumentRow {
            name: name.clone(),
            url: memory
                .validators
                .as_ref()
                .map(|validators| validators.url.to_string()),
            etag: memory
                .validators
                .as_ref()
                .and_then(|validators| validators.etag.clone()),
            last_modified: memory
                .validators
                .as_ref()
                .and_then(|validators| validators.last_modified.clone()),
            body_hash: memory.body_hash,
            full_fetch_at: memory.full_fetch_at,
        })
        .collect()
}

/// One summary of what changed since `since`. What came too late for the summary, or was left of an earlier run, has no
/// such moment: alone it speaks for itself.
fn catch_up(
    held: &[Announcement],
    since: jiff::Timestamp,
    now: jiff::Timestamp,
) -> impl FnOnce(String) -> Announcement + use<> {
    let alone = match held {
        [only] if since > now => Some(only.clone()),
        _ => None,
    };
    let first = held.iter().map(|one| one.recorded_at).min().unwrap_or(now);
    let draft = summary::catch_up_summary(held, if since > now { first.min(now) } else { since }, now);
    move |key| match alone {
        Some(only) => Announcement { key, ..only },
        None => draft.with_key(key),
    }
}

/// One summary of the pages that are new; nothing if there are none.
fn baseline(waiting: &[Announcement], now: jiff::Timestamp) -> Option<Draft> {
    let lines: Vec<_> = waiting.iter().map(held::release).collect();
    (!lines.is_empty()).then(|| summary::baseline_summary(&lines, now))
}

pub(super) fn unavailable(error: &StoreError) -> ApiError {
    ApiError::new(ErrorCode::Unavailable, error.to_string())
}

/// Fetching as `settings` say, and the person's `preferences` on top.
///
/// # Errors
/// In words, where a file of root certificates cannot be read.
pub(super) fn fetch_settings(
    settings: &FetchSettings,
    preferences: &Preferences,
) -> Result<FetchSettings, String> {
    let mut settings = settings.clone();
    settings.user_agent = user_agent(preferences.contact.as_deref());
    if let Some(proxy) = &preferences.proxy {
        settings.proxy = ProxyChoice::Through(proxy.clone());
    }
    for path in &preferences.extra_roots {
        let pem = std::fs::read_to_string(path).map_err(|error| {
            format!(
                "the root certificates in {} cannot be read: {error}",
                path.display()
            )
        })?;
        settings.extra_roots.push(pem);
    }
    Ok(settings)
}
