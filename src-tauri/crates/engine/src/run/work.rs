//! The work on one page: poll it, record what it said, and ask for its heavy documents where that is called for.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::Timestamp;
use signalbox_pages::{Health, Reader, Site};
use tokio::sync::watch;

use super::{batch::Held, page::Page};
use crate::{
    announce::source,
    fetch::Freshness,
    offline::Reach,
    poll::{self, Bodies, Missed, Polled, Read, Tools},
    recognise::{is_the_same, recognise},
    record::{self, LookedAgain, Recorded, Recording},
    store::{Batch, Store},
};

/// What the work on one page needs.
pub(super) struct Work {
    pub(super) tools: Tools,
    pub(super) store: Store,
    pub(super) readers: Arc<[&'static dyn Reader]>,
    pub(super) reader: &'static dyn Reader,
    /// Names an address that nobody has, should the page have to be recognised.
    pub(super) nonce: u64,
    /// The channels to which announcements are owed.
    pub(super) channels: Vec<String>,
    /// What announcements are held for; `None` to deliver them at once.
    pub(super) batch: Option<Batch>,
    /// After so long without a good read, something may have come and gone unseen.
    pub(super) gap: Duration,
    /// Rung when something is owed.
    pub(super) outbox: watch::Sender<()>,
}

/// What came of it.
pub(super) struct Finished {
    pub(super) page: Box<Page>,
    pub(super) reached: Vec<(String, Reach)>,
    pub(super) missed: Option<Missed>,
    /// Whether what the page said could not be recorded. Our own trouble: the page has done nothing wrong.
    pub(super) unrecorded: bool,
    pub(super) held: Held,
    /// Whether anything was recorded that somebody may want to look at.
    pub(super) changed: bool,
    /// Whether the page was read and nothing of it recorded, because another platform's documents say more of it.
    held_back: bool,
    pub(super) freshness: Freshness,
    /// Whether the page has documents that are asked for seldom.
    has_heavy: bool,
    /// What is gone from the list of open incidents or maintenances since this poll.
    newly_missing: BTreeSet<String>,
}

impl Work {
    /// Polls `page`.
    pub(super) async fn run(mut self, mut page: Box<Page>) -> Finished {
        let asked_before = page.asked_at;
        self.begin_where_it_is_known_to_be(&mut page);
        let mut finished = self.poll(page).await;
        let now = self.tools.clock.now();
        finished.page.lost = match &finished.missed {
            Some(missed) if missed.lost => finished.page.lost.saturating_add(1),
            Some(_) | None => 0,
        };
        if finished.unrecorded || !finished.page.is_to_be_recognised(asked_before, now) {
            return finished;
        }
        finished.page.recognised_at = Some(now);
        let page = match Box::pin(self.recognised_anew(&finished.page)).await {
            Some(page) => page,
            // What was read was held back for something better, and there is nothing better.
            None if finished.held_back => finished.page.clone(),
            None => return finished,
        };
        let reached = std::mem::take(&mut finished.reached);
        let held = finished.held;
        finished = self.poll(page).await;
        finished.reached.extend(reached);
        finished.held.baseline |= held.baseline;
        finished.held.catch_up |= held.catch_up;
        finished.changed = true;
        finished
    }

    /// Some addresses mean a page by themselves: nothing has to be asked to know what it is.
    fn begin_where_it_is_known_to_be(&mut self, page: &mut Page) {
        if page.platform.is_some() || page.baseline_at.is_some() {
            return;
        }
        let address = &page.watch.page;
        let known = |reader: &&'static dyn Reader| Some((*reader, reader.site_at(address)?));
        if let Some((reader, site)) = self.readers.iter().find_map(known) {
            let given = page.site();
            let key = site.key().or(given.key()).unwrap_or_default().to_owned();
            page.base = site.with_key(&key).to_url();
            self.reader = reader;
        }
    }

    /// Finds out what the page is now. Returns it as that, recorded, if that is something else than before and still the
    /// same vendor's page.
    async fn recognised_anew(&mut self, page: &Page) -> Option<Box<Page>> {
        let hints: Vec<(String, Site)> = page
            .better
            .iter()
            .map(|key| ((*key).to_owned(), page.site()))
            .collect();
        let found = recognise(&self.tools, &page.watch.page, &hints, self.nonce).await;
        let found = match found {
            Ok(found) => found,
            Err(nothing) => {
                tracing::debug!(page = %page.watch.page, %nothing, "not recognised");
                return None;
            }
        };
        let base = found.site.to_url();
        let is_new = page.platform.as_deref() != Some(found.platform) || page.base != base;
        let was_read = page.baseline_at.is_some();
        // A page that tells more than incidents does not become a feed because it could not be read for a while.
        if !is_new || was_read && (found.is_feed || !is_the_same(page, &found)) {
            return None;
        }
        self.reader = self
            .readers
            .iter()
            .copied()
            .find(|reader| reader.key() == found.platform)?;
        let now = self.tools.clock.now();
        // What is only read in a better form is the page that it was, which need not be told.
        let anew = page.lost > 0;
        let told = (was_read && anew).then(|| {
            source::page_recognised_anew(
                &page.vendor(),
                found.platform_name,
                found.site.base().as_str(),
                !page.watch.components.is_empty(),
                now,
            )
        });
        let (was, platform, channels, batch) =
            (page.clone(), found.platform, self.channels.clone(), self.batch);
        let at = base.to_string();
        let written = self
            .store
            .write(move |tx| {
                if !anew {
                    tx.set_resolved(was.id, &at, platform)?;
                    return Ok(None);
                }
                let left = record::becomes(tx, &was, &at, platform, now)?;
                if let Some(told) = told
                    && !tx.is_silenced(was.id, now)?
                {
                    let told = source::leaving_behind(told, &left.open);
                    let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
                    tx.owe(&channels, |key| told.clone().with_key(key), batch)?;
                }
                Ok(left.scope)
            })
            .await;
        let carried = written.ok()?;
        self.ring(true);
        let mut page = Box::new(page.clone());
        if anew {
            page.becomes(base, platform, carried);
        } else {
            page.base = base;
            page.platform = Some(platform.to_owned());
            page.documents.clear();
            page.better = None;
        }
        Some(page)
    }

    async fn poll(&self, page: Box<Page>) -> Finished {
        let began = self.tools.clock.now();
        let heavy_is_due = page.heavy_is_due(began, self.gap);
        // The light document first and alone: what it says must not wait for the heavy ones.
        let (mut finished, bodies) = self
            .step(page, false, BTreeSet::new(), began, Bodies::new())
            .await;
        let wanted = heavy_is_due || finished.changed;
        let is_recorded = !finished.unrecorded && !finished.held_back;
        if finished.missed.is_none() && is_recorded && wanted && finished.has_heavy {
            let mut page = finished.page.clone();
            page.heavy_missed_at = None;
            let newly_missing = std::mem::take(&mut finished.newly_missing);
            let (second, _) = self.step(page, true, newly_missing, began, bodies).await;
            finished = finished.followed_by(second, self.tools.clock.now());
        }
        finished
    }

    async fn step(
        &self,
        page: Box<Page>,
        heavy: bool,
        newly_missing: BTreeSet<String>,
        began: Timestamp,
        carried: Bodies,
    ) -> (Finished, Bodies) {
        let poll = poll::poll(&self.tools, self.reader, page, heavy, carried).await;
        let mut finished = Finished {
            page: poll.page,
            reached: poll.reached,
            missed: None,
            unrecorded: false,
            held: Held::default(),
            changed: false,
            held_back: false,
            newly_missing: BTreeSet::new(),
            has_heavy: poll.has_heavy,
            freshness: poll.freshness,
        };
        finished.page.asked_at = Some(began);
        match poll.polled {
            Polled::Missed(missed) => finished.missed = Some(missed),
            Polled::Unchanged => {
                self.read_again(&mut finished).await;
                self.look_again(&mut finished).await;
            }
            Polled::Read(read) if is_held_back(&finished.page, &read) => {
                finished.page.better = read.better;
                finished.page.documents.clear();
                finished.held_back = true;
            }
            Polled::Read(read) => self.record(&mut finished, read, newly_missing).await,
        }
        (finished, poll.bodies)
    }

    /// The page says what it said: nothing to compare, but it was read.
    async fn read_again(&self, finished: &mut Finished) {
        let now = self.tools.clock.now();
        let page = &mut finished.page;
        let before = page.source.clone();
        let back = page.source.good();
        page.read(now, self.gap);
        if let Some(since) = back {
            let told = source::page_back(
                &page.vendor(),
                since,
                page.last_known.unwrap_or(Health::Unknown),
                now,
            );
            let (id, channels, batch) = (page.id, self.channels.clone(), self.batch);
            let written = self
                .store
                .write(move |tx| {
                    tx.set_told_unreachable(id, None)?;
                    if tx.is_silenced(id, now)? {
                        return Ok(());
                    }
                    let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
                    tx.owe(&channels, |key| told.clone().with_key(key), batch)?;
                    Ok(())
                })
                .await;
            finished.held.catch_up = self.batch == Some(Batch::CatchUp);
            if written.is_err() {
                // The good word stays owed, to be recorded with the next poll.
                page.source = before;
                finished.unrecorded = true;
            }
            self.ring(written.is_ok());
        }
    }

    /// Some things are told only once they have lasted.
    async fn look_again(&self, finished: &mut Finished) {
        let now = self.tools.clock.now();
        if finished.page.look_again_at.is_none_or(|at| at > now) {
            return;
        }
        let (page, channels, batch) = (finished.page.clone(), self.channels.clone(), self.batch);
        let looked = self
            .store
            .write(move |tx| record::look_again(tx, &page, &channels, batch, now))
            .await;
        // Where it could not be recorded, it is looked again with the next poll.
        let Ok(LookedAgain { again_at, held, owed }) = looked else {
            return;
        };
        finished.page.look_again_at = again_at;
        finished.held.catch_up |= held.catch_up;
        finished.changed |= owed;
        self.ring(owed);
    }

    async fn record(&self, finished: &mut Finished, read: Box<Read>, newly_missing: BTreeSet<String>) {
        let has_heavy = finished.has_heavy;
        let page = &mut finished.page;
        let recording = Recording {
            page: page.clone(),
            read,
            channels: self.channels.clone(),
            batch: self.batch,
            newly_missing,
            platform: self.reader.key(),
            has_heavy,
            gap: self.gap,
        };
        match self.store.write(move |tx| record::record(tx, recording)).await {
            Ok(Recorded {
                page: recorded,
                owed,
                held,
                news,
                newly_missing,
            }) => {
                *page = recorded;
                finished.newly_missing = newly_missing;
                finished.held = held;
                finished.changed = news;
                self.ring(owed);
            }
            Err(error) => {
                // Nothing was recorded, so nothing is known: the next poll compares with the same state again.
                tracing::error!(page = %page.watch.page, %error, "what the page said could not be recorded");
                page.documents.clear();
                finished.unrecorded = true;
            }
        }
    }

    fn ring(&self, owed: bool) {
        if owed {
            self.outbox.send_replace(());
        }
    }
}

/// Whether a reading waits for what another platform's documents say: it is the first one ever, and nobody has looked for them.
fn is_held_back(page: &Page, read: &Read) -> bool {
    read.better.is_some()
        && page.platform.is_none()
        && page.baseline_at.is_none()
        && page.recognised_at.is_none()
}

impl Finished {
    /// The light step, then the heavy one. Where the heavy one missed, the light one stands.
    fn followed_by(mut self, second: Self, now: Timestamp) -> Self {
        self.reached.extend(second.reached);
        if second.missed.is_some() || second.unrecorded {
            self.unrecorded = second.unrecorded;
            self.page.heavy_missed_at = Some(now);
            self.page.heavy_owed = true;
            self.page.unsaved = true;
            return self;
        }
        self.held.baseline |= second.held.baseline;
        self.held.catch_up |= second.held.catch_up;
        self.changed |= second.changed;
        self.page = second.page;
        // A document that may be lacking counts as asked for; one that did not come is asked for again.
        self.page.heavy_owed = self.page.heavy_missed_at.is_some();
        if !self.page.heavy_owed {
            self.page.heavy_at = Some(now);
        }
        self.page.looked_up = if self.page.missing {
            self.page.looked_up.saturating_add(1)
        } else {
            0
        };
        self.page.unsaved = true;
        self
    }
}
