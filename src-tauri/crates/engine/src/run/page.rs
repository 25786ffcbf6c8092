//! One watched page as the loop holds it: the store's row, the person's watch, and what the next poll needs.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::Timestamp;
use signalbox_pages::{Health, Site, readers};
use url::Url;

use crate::{
    announce::source::MISSES,
    carried::CarriedScope,
    config::Watch,
    fetch::Validators,
    source::Source,
    store::{PageId, Part},
};

/// A document's light and heavy sides change a page's pace: so often at least the heavy ones are asked for.
pub(crate) const HEAVY_EVERY: Duration = Duration::from_secs(24 * 3600);

/// Validators are left out of a request so often, so that a stuck one cannot hide a change.
pub(crate) const FULL_FETCH_EVERY: Duration = Duration::from_secs(3600);

/// Heavy documents that could not be fetched are asked for again after this.
pub(crate) const HEAVY_AGAIN_AFTER: Duration = Duration::from_secs(600);

/// What vanished is looked up in the page's history with so many polls in a row; then, where the page has no history that
/// could tell, no more often than after [`HEAVY_AGAIN_AFTER`].
const LOOK_UPS_AT_ONCE: u32 = 2;
/// What a page is, is found out at most so often by itself.
const RECOGNISE_AGAIN_AFTER: Duration = Duration::from_secs(60 * 60);
/// Something better to be read is looked for so often.
const BETTER_AGAIN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// However short the interval, a good read is good for so long.
pub(crate) const LEAST_FRESH: Duration = crate::show::FRESH_FOR.unsigned_abs();

/// One watched page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) id: PageId,
    pub(crate) watch: Watch,
    /// Its site as one address; the address as configured until it was recognised or a permanent redirect was remembered.
    pub(crate) base: Url,
    /// The platform's key.
    pub(crate) platform: Option<String>,
    /// The id and the name that the page gave itself.
    pub(crate) identity: signalbox_pages::PageIdentity,
    pub(crate) source: Source,
    pub(crate) asked_at: Option<Timestamp>,
    pub(crate) read_at: Option<Timestamp>,
    pub(crate) baseline_at: Option<Timestamp>,
    pub(crate) next_due_at: Timestamp,
    pub(crate) heavy_at: Option<Timestamp>,
    /// When the heavy documents were last asked for in vain.
    pub(crate) heavy_missed_at: Option<Timestamp>,
    /// Whether they were called for and did not come.
    pub(crate) heavy_owed: bool,
    /// The hash of what was significant in the light documents.
    pub(crate) light_hash: Option<u64>,
    pub(crate) vendor_updated_at: Option<Timestamp>,
    /// When it was last found out what the page is, or tried to; not kept over a restart.
    pub(crate) recognised_at: Option<Timestamp>,
    /// How many polls in a row found the page gone, or no longer what it was.
    pub(crate) lost: u32,
    /// The key of the platform whose own documents say more than those that are read.
    pub(crate) better: Option<&'static str>,
    /// What became of the components that the person chose while it was on another platform.
    pub(crate) carried: Option<CarriedScope>,
    /// Per document name.
    pub(crate) documents: BTreeMap<String, DocumentMemory>,
    /// The documents that the reader wants at every poll beside the light ones.
    pub(crate) wants: Vec<String>,
    /// When the last reading was that lacked none of them.
    pub(crate) rest_read_at: Option<Timestamp>,
    /// Whether the last reading lacked one of them.
    pub(crate) lacks_rest: bool,
    /// The last known health of what is in scope.
    pub(crate) last_known: Option<Health>,
    /// The page's health as last read.
    pub(crate) health: Option<Health>,
    /// Whether an incident is open: the page is asked more often.
    pub(crate) incident_open: bool,
    /// Whether something vanished from the list of open ones and is to be looked up in the history.
    pub(crate) missing: bool,
    /// When something may have to be told although the page says what it said.
    pub(crate) look_again_at: Option<Timestamp>,
    /// How often it was looked up there in vain.
    pub(crate) looked_up: u32,
    /// When the page was being observed, from and to; not yet in the store.
    pub(crate) observed: Vec<Observed>,
    /// Whether nobody was watching since the last good read: this machine slept, was offline, or no engine ran.
    pub(crate) unwatched: bool,
    /// Whether the store's row is behind this one.
    pub(crate) unsaved: bool,
    /// Whether what the store remembers of its documents is behind this.
    pub(crate) documents_unsaved: bool,
}

/// A span in which a part of a page was being observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    pub(crate) part: Part,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

/// What the last fetch of a document left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DocumentMemory {
    pub(crate) validators: Option<Validators>,
    pub(crate) body_hash: Option<u64>,
    pub(crate) full_fetch_at: Option<Timestamp>,
}

impl Page {
    /// Where its documents are.
    pub(crate) fn site(&self) -> Site {
        Site::from_url(&self.base)
    }

    /// What to call the vendor: as the person does, else as the page does, else its host.
    pub(crate) fn vendor(&self) -> String {
        self.watch
            .name
            .clone()
            .or_else(|| self.identity.name.as_deref().map(signalbox_pages::text::inert))
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| self.watch.page.host_str().unwrap_or("page").to_owned())
    }

    /// The components that the person chose, by their present identifiers; `None` for everything.
    pub(crate) fn scope(&self) -> Option<&BTreeSet<String>> {
        scope(&self.watch, self.carried.as_ref())
    }

    /// The last known health of what is in scope, and when it was read.
    pub(crate) fn last_word(&self) -> Option<(Health, Timestamp)> {
        self.last_known.zip(self.read_at)
    }

    /// How long without a good read makes what was reported stale (T1).
    pub(crate) fn interval(&self, preferences: &crate::config::Preferences) -> Duration {
        // In a feed an incident may stand open for ever.
        let is_feed = self
            .platform
            .as_deref()
            .and_then(readers::by_key)
            .is_some_and(|reader| reader.is_last_resort());
        self.watch.interval.unwrap_or(if self.incident_open && !is_feed {
            preferences.interval_during_incident.min(preferences.interval)
        } else {
            preferences.interval
        })
    }

    /// How long a good read is good for; the same limit tells an observation without a gap.
    pub(crate) fn fresh_for(&self, preferences: &crate::config::Preferences) -> Duration {
        let usual = self.watch.interval.unwrap_or(preferences.interval);
        usual.saturating_mul(3).max(LEAST_FRESH)
    }

    /// Whether the heavy documents are to be asked for with this poll, whatever the light one says.
    pub(crate) fn heavy_is_due(&self, now: Timestamp, gap: Duration) -> bool {
        let older =
            |since: Option<Timestamp>, than: Duration| since.is_none_or(|since| elapsed(since, now) >= than);
        let missed_lately = self
            .heavy_missed_at
            .is_some_and(|at| elapsed(at, now) < HEAVY_AGAIN_AFTER);
        let look_up =
            self.missing && (self.looked_up < LOOK_UPS_AT_ONCE || older(self.heavy_at, HEAVY_AGAIN_AFTER));
        !missed_lately
            && (self.heavy_owed || look_up || older(self.heavy_at, HEAVY_EVERY) || older(self.read_at, gap))
    }

    /// Whether it is to be found out anew what the page is: it was lost, or there is something better to be read. At most
    /// once an hour, over restarts too: `asked_before` is when the page was asked before this poll. A page that was read
    /// before is lost only if it is so three times in a row.
    pub(crate) fn is_to_be_recognised(&self, asked_before: Option<Timestamp>, now: Timestamp) -> bool {
        let tried_within = |span: Duration| {
            self.recognised_at
                .is_some_and(|at| at <= now && elapsed(at, now) < span)
        };
        let is_lost = self.lost > 0 && (self.platform.is_none() || self.lost >= MISSES);
        let is_improvable = self.better.is_some() && !tried_within(BETTER_AGAIN_AFTER);
        let is_to_be_found =
            is_lost && !tried_within(RECOGNISE_AGAIN_AFTER) && self.is_another_hour(asked_before, now);
        is_improvable || is_to_be_found
    }

    /// Whether another hour of failing has begun since the page was asked before, so that programs that live for one poll
    /// keep to one look an hour.
    fn is_another_hour(&self, asked_before: Option<Timestamp>, now: Timestamp) -> bool {
        let (Some(since), Some(before)) = (self.source.failing_since, asked_before) else {
            return true;
        };
        let hour = |at: Timestamp| elapsed(since, at).as_secs() / RECOGNISE_AGAIN_AFTER.as_secs();
        // Within one life of the program the time of the last look counts.
        self.recognised_at.is_some() || self.lost == MISSES || hour(now) > hour(before)
    }

    /// Makes the page one of another platform, or at another place, whose first reading is a first sight.
    pub(crate) fn becomes(&mut self, base: Url, platform: &str, carried: Option<CarriedScope>) {
        self.base = base;
        self.carried = carried;
        self.platform = Some(platform.to_owned());
        self.identity = signalbox_pages::PageIdentity::default();
        self.baseline_at = None;
        self.heavy_at = None;
        self.heavy_missed_at = None;
        self.heavy_owed = false;
        self.light_hash = None;
        self.documents.clear();
        self.wants.clear();
        self.rest_read_at = None;
        self.lacks_rest = false;
        self.lost = 0;
        self.better = None;
        self.incident_open = false;
        self.look_again_at = None;
        self.missing = false;
        self.looked_up = 0;
    }

    /// Forgets what is noted for a time that is still to come, by a clock that has been set back since: it would count as
    /// just done until then, and what happens until then as long past.
    pub(crate) fn forget_the_future(&mut self, now: Timestamp) {
        for noted in [
            &mut self.read_at,
            &mut self.rest_read_at,
            &mut self.heavy_at,
            &mut self.heavy_missed_at,
        ] {
            *noted = noted.filter(|at| *at <= now);
        }
        self.baseline_at = self.baseline_at.map(|at| at.min(now));
    }

    /// Notes that the page was read at `now`, and that it was being observed since the last good read if that is not
    /// longer ago than `gap`. The rest of its components was read with it unless this reading lacks it.
    pub(crate) fn read(&mut self, now: Timestamp, gap: Duration) {
        let unwatched = std::mem::replace(&mut self.unwatched, false);
        let since = |read: Option<Timestamp>| {
            read.filter(|read| !unwatched && *read <= now && elapsed(*read, now) <= gap)
                .unwrap_or(now)
        };
        let (page, rest) = (since(self.read_at), since(self.rest_read_at));
        self.observe(Part::Page, page, now);
        self.read_at = Some(now);
        if !self.lacks_rest {
            if !self.wants.is_empty() {
                self.observe(Part::Rest, rest, now);
            }
            self.rest_read_at = Some(now);
        }
        self.unsaved = true;
    }

    fn observe(&mut self, part: Part, from: Timestamp, now: Timestamp) {
        let last = self.observed.iter_mut().rev().find(|span| span.part == part);
        match last {
            Some(span) if span.to >= from => span.to = now.max(span.to),
            Some(_) | None => self.observed.push(Observed { part, from, to: now }),
        }
    }
}

/// The components in scope of a watch; `None` for everything.
pub(super) fn scope<'a>(watch: &'a Watch, carried: Option<&'a CarriedScope>) -> Option<&'a BTreeSet<String>> {
    let chosen = Some(&watch.components).filter(|chosen| !chosen.is_empty())?;
    carried
        .and_then(|carried| carried.scope_of(chosen))
        .or(Some(chosen))
}

/// The time from `since` to `now`; nothing if the clock was set back.
pub(crate) fn elapsed(since: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(since)).unwrap_or(Duration::ZERO)
}
