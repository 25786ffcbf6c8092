//! One poll of one page: fetch, read, and hand over what is to be compared and recorded.

use std::{collections::BTreeSet, hash::Hasher, sync::Arc, time::Duration};

use bytes::Bytes;
use jiff::Timestamp;
use signalbox_pages::{Asked, Document, DocumentAddress, Event, Listing, Reader, Reading, Site, Snapshot};
use url::Url;

use crate::{
    api::SourceState,
    clock::SharedClock,
    compare::significant_hash_of_snapshot,
    fetch::{FailureKind, FetchOutcome, FetchRequest, FetchResult, Fetcher, Freshness, Hop},
    offline::Reach,
    run::page::{DocumentMemory, FULL_FETCH_EVERY, Page, elapsed},
};

/// What a poll needs beside the page.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) fetcher: Arc<Fetcher>,
    pub(crate) clock: SharedClock,
}

/// How one fetch of a page's documents ended.
pub(crate) enum Polled {
    /// Nothing in it is new: not modified, or the same bytes.
    Unchanged,
    /// The page was read.
    Read(Box<Read>),
    /// The page could not be reached or read.
    Missed(Missed),
}

/// A page that was read.
pub(crate) struct Read {
    pub(crate) snapshot: Snapshot,
    pub(crate) warnings: Vec<String>,
    /// The documents that every poll of this page needs beside the light ones.
    pub(crate) wants: Vec<&'static str>,
    /// The key of the platform whose own documents say more of this page.
    pub(crate) better: Option<&'static str>,
    /// Whether one of them was not served.
    pub(crate) lacks_rest: bool,
    /// The hash of what is significant in the snapshot.
    pub(crate) hash: u64,
    /// Where the documents came from in the end, if that is another base than was asked for.
    pub(crate) redirect: Option<Redirect>,
    /// When the answer arrived.
    pub(crate) at: Timestamp,
    /// Whether the heavy documents were among what was read.
    pub(crate) heavy: bool,
    /// What the light documents alone list as open, where the heavy ones were read with them.
    pub(crate) light: OpenLists,
}

/// The ids of the incidents and the maintenances that a list of open ones holds. `None` where it may lack some.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenLists {
    pub(crate) incidents: Option<BTreeSet<String>>,
    pub(crate) maintenances: Option<BTreeSet<String>>,
}

impl OpenLists {
    fn of(snapshot: &Snapshot) -> Self {
        fn ids<F, P>(listing: Listing, events: &[Event<F, P>]) -> Option<BTreeSet<String>> {
            (listing == Listing::Complete).then(|| events.iter().map(|event| event.id.clone()).collect())
        }
        Self {
            incidents: ids(snapshot.coverage.open_incidents, &snapshot.incidents),
            maintenances: ids(snapshot.coverage.open_maintenances, &snapshot.maintenances),
        }
    }
}

/// A page that could not be reached or read.
#[derive(Clone, Debug)]
pub(crate) struct Missed {
    pub(crate) state: SourceState,
    /// In plain words.
    pub(crate) reason: String,
    /// Whether it seems that the page is no longer there, or no longer what it was.
    pub(crate) lost: bool,
    /// Not before this time is the host to be asked again, by its own wish.
    pub(crate) retry_after: Option<Duration>,
    /// Where it has permanently gone, if that is something else.
    pub(crate) moved_to: Option<Url>,
}

/// Another base than the one that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Redirect {
    /// Where documents resolve there; `None` if the path was not kept.
    pub(crate) base: Option<Url>,
    /// Where it ended.
    pub(crate) end: Url,
    /// Whether every step was permanent.
    pub(crate) permanent: bool,
}

impl Redirect {
    /// Whether the page is to be watched elsewhere from now on, if it is the same there.
    fn leads_away_from(&self, base: &Url) -> bool {
        self.permanent && self.base.as_ref().is_some_and(|to| to != base)
    }
}

/// What was learned on the way, whatever the end.
pub(crate) struct Poll {
    pub(crate) polled: Polled,
    /// The page with its documents' memory brought up to date.
    pub(crate) page: Box<Page>,
    /// The documents that were served, for a further step of the same poll.
    pub(crate) bodies: Bodies,
    /// Which hosts were asked, and whether they answered.
    pub(crate) reached: Vec<(String, Reach)>,
    /// What the host said about when to ask again.
    pub(crate) freshness: Freshness,
    /// Whether the page has documents that are asked for seldom.
    pub(crate) has_heavy: bool,
    /// Whether any document was answered with "not modified".
    not_modified: bool,
    /// Whether a document that every poll of the page needs was not served.
    lacks_rest: bool,
    redirect: Option<Redirect>,
}

/// Documents as they were served, by name.
pub(crate) type Bodies = Vec<(&'static str, Bytes)>;

enum Fetched {
    Same,
    New,
    Missed(Missed),
}

/// Fetches and reads the light documents of a page, or all of them if `heavy`. What is `carried` over from an earlier
/// step of the same poll is not fetched again.
pub(crate) async fn poll(
    tools: &Tools,
    reader: &dyn Reader,
    page: Box<Page>,
    heavy: bool,
    carried: Bodies,
) -> Poll {
    let mut documents = reader.documents(&page.site());
    let has_heavy = documents.iter().any(|document| document.asked == Asked::Seldom);
    documents.retain(|document| match document.asked {
        Asked::AtEveryPoll => true,
        Asked::Seldom => heavy || wants(&page, document),
        Asked::IfWanted => wants(&page, document),
    });
    let remembered = page.documents.clone();
    let mut poll = Poll {
        polled: Polled::Unchanged,
        page,
        bodies: carried,
        reached: Vec::new(),
        freshness: Freshness::default(),
        has_heavy,
        not_modified: false,
        lacks_rest: false,
        redirect: None,
    };
    let mut fetched = poll.fetch(tools, &documents, heavy).await;
    if matches!(fetched, Fetched::Same) && poll.lacks_rest != poll.page.lacks_rest {
        // The light documents say what they said, but what was read with them last time is not read now, or the other way
        // round: that is another reading.
        fetched = Fetched::New;
    }
    let new_address = poll
        .redirect
        .as_ref()
        .is_some_and(|redirect| redirect.leads_away_from(&poll.page.base));
    if matches!(fetched, Fetched::New) && poll.not_modified || matches!(fetched, Fetched::Same) && new_address
    {
        // Some documents changed and some did not: a page is read whole or not at all. And only who has read it can tell
        // whether what is at the new address is the same page.
        poll.bodies.clear();
        fetched = poll.fetch(tools, &documents, true).await;
    }
    poll.polled = match fetched {
        Fetched::Same => Polled::Unchanged,
        Fetched::Missed(missed) => Polled::Missed(moved(missed, poll.redirect.as_ref())),
        Fetched::New => match poll.read_what_came(tools, reader, &documents, heavy) {
            Polled::Read(first) => poll.read_what_it_wants(tools, reader, first, heavy).await,
            polled @ (Polled::Unchanged | Polled::Missed(_)) => polled,
        },
    };
    if matches!(poll.polled, Polled::Missed(_)) {
        // What could not be read is not what is known: served once more, it is no word that nothing has changed.
        poll.page.documents = remembered;
    } else {
        // A redirect that ended at the page itself is no stranger's answer.
        for (_, reach) in &mut poll.reached {
            if matches!(reach, Reach::Foreign(_)) {
                *reach = Reach::Answered;
            }
        }
    }
    poll
}

impl Poll {
    fn read_what_came(
        &mut self,
        tools: &Tools,
        reader: &dyn Reader,
        documents: &[DocumentAddress],
        heavy: bool,
    ) -> Polled {
        let first = read(tools, reader, self, heavy);
        let again = matches!(first, Polled::Missed(_))
            && self.leave_out_garbage(reader, documents, tools.clock.now());
        if again {
            read(tools, reader, self, heavy)
        } else {
            first
        }
    }

    /// What was cut short is read to its end before anything is made of it: what is missing in half a list is no news.
    async fn read_what_it_wants(
        &mut self,
        tools: &Tools,
        reader: &dyn Reader,
        first: Box<Read>,
        heavy: bool,
    ) -> Polled {
        if first.wants.is_empty() {
            return Polled::Read(first);
        }
        let has = |name: &str| self.bodies.iter().any(|(served, _)| *served == name);
        let wanted: Vec<DocumentAddress> = reader
            .documents(&self.page.site())
            .into_iter()
            .filter(|document| first.wants.contains(&document.name) && !wants(&self.page, document))
            .filter(|document| !has(document.name))
            .collect();
        if wanted.is_empty() || matches!(self.fetch(tools, &wanted, true).await, Fetched::Missed(_)) {
            return Polled::Read(first);
        }
        match self.read_what_came(tools, reader, &wanted, heavy) {
            polled @ Polled::Read(_) => polled,
            Polled::Unchanged | Polled::Missed(_) => Polled::Read(first),
        }
    }

    async fn fetch(&mut self, tools: &Tools, documents: &[DocumentAddress], whole: bool) -> Fetched {
        let mut changed = false;
        let wanted: Vec<&DocumentAddress> = documents
            .iter()
            .filter(|document| self.bodies.iter().all(|(name, _)| *name != document.name))
            .collect();
        for (place, document) in wanted.iter().enumerate() {
            let now = tools.clock.now();
            let memory = self
                .page
                .documents
                .get(document.name)
                .cloned()
                .unwrap_or_default();
            let stuck = |at: Timestamp| elapsed(at, now) >= FULL_FETCH_EVERY || at > now;
            let full = whole || memory.full_fetch_at.is_none_or(stuck);
            let mut request = FetchRequest::new(document.url.clone());
            request.validators = if full { None } else { memory.validators.clone() };
            request.keep_open = place + 1 < wanted.len() || self.page.baseline_at.is_none();
            let outcome = tools.fetcher.get(request).await;
            self.reached.push((host_of(&document.url), reach(&outcome)));
            if self.redirect.is_none() {
                self.redirect = redirected(&self.page.base, document, &outcome);
            }
            self.freshness.max_age = self.freshness.max_age.max(outcome.freshness().max_age);
            self.freshness.retry_after = self.freshness.retry_after.max(outcome.freshness().retry_after);
            match outcome.result {
                FetchResult::NotModified { .. } => self.not_modified = true,
                FetchResult::Body(body) => {
                    let hash = hash_of(&body.bytes);
                    changed |= whole || memory.body_hash != Some(hash);
                    let kept = DocumentMemory {
                        validators: body.validators,
                        body_hash: Some(hash),
                        full_fetch_at: if full { Some(now) } else { memory.full_fetch_at },
                    };
                    if kept != memory {
                        self.page.documents_unsaved = true;
                        self.page.documents.insert(document.name.to_owned(), kept);
                    }
                    self.bodies.push((document.name, body.bytes));
                }
                FetchResult::Failed(failure) => {
                    let gone = matches!(failure.kind, FailureKind::Status(404 | 410));
                    let has_answered = !self.bodies.is_empty() || self.not_modified;
                    if document.optional && (gone || has_answered) {
                        // What every poll asks for is asked for again anyway.
                        if wants(&self.page, document) {
                            self.lacks_rest = true;
                        } else if !gone {
                            self.page.heavy_missed_at = Some(now);
                        }
                        continue;
                    }
                    return Fetched::Missed(Missed {
                        state: source_state(failure.kind),
                        reason: failure.reason,
                        // Some stores of files refuse what is not there; before a page was ever read that says as little.
                        lost: gone || self.page.baseline_at.is_none() && is_refusal(failure.kind),
                        retry_after: failure.retry_after,
                        moved_to: None,
                    });
                }
            }
        }
        if changed { Fetched::New } else { Fetched::Same }
    }
}

impl Poll {
    /// A page is read from the documents that it cannot lack; an optional one that is garbage must not take it down.
    /// Returns whether there was one.
    fn leave_out_garbage(
        &mut self,
        reader: &dyn Reader,
        documents: &[DocumentAddress],
        now: Timestamp,
    ) -> bool {
        let Self { page, bodies, .. } = self;
        let site = page.site();
        let served = bodies.len();
        bodies.retain(|(name, body)| {
            let optional = documents
                .iter()
                .any(|document| document.optional && document.name == *name);
            let garbage = optional && reader.read(&[Document { name, body }], Some(&site)).is_err();
            if garbage {
                page.heavy_missed_at = Some(now);
                page.documents.remove(*name);
            }
            !garbage
        });
        bodies.len() < served
    }
}

/// What the light documents of a poll list as open.
fn light_lists(reader: &dyn Reader, poll: &Poll) -> OpenLists {
    let site = poll.page.site();
    let addresses = reader.documents(&site);
    let is_light = |name: &str| {
        addresses
            .iter()
            .any(|address| address.name == name && address.asked == Asked::AtEveryPoll)
    };
    let light: Vec<Document<'_>> = poll
        .bodies
        .iter()
        .filter(|(name, _)| is_light(name))
        .map(|(name, body)| Document { name, body })
        .collect();
    reader
        .read(&light, Some(&site))
        .map(|reading| OpenLists::of(&reading.snapshot))
        .unwrap_or_default()
}

/// Whether every poll of a page needs this document.
fn wants(page: &Page, document: &DocumentAddress) -> bool {
    page.wants.iter().any(|wanted| wanted == document.name)
}

/// Whether the host refused what was asked for, rather than everything or for now.
fn is_refusal(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::Status(400..=407 | 409..=428 | 430..=499))
}

/// What came but cannot be taken in is unreadable; everything else is unreachable.
fn source_state(kind: FailureKind) -> SourceState {
    if matches!(kind, FailureKind::TooLarge | FailureKind::Decoding) {
        SourceState::Unreadable
    } else {
        SourceState::Unreachable
    }
}

fn read(tools: &Tools, reader: &dyn Reader, poll: &Poll, heavy: bool) -> Polled {
    let (page, redirect) = (&poll.page, poll.redirect.clone());
    let documents: Vec<Document<'_>> = poll
        .bodies
        .iter()
        .map(|(name, body)| Document { name, body })
        .collect();
    match reader.read(&documents, Some(&page.site())) {
        Ok(reading) => {
            let better = reader.said_better_by(&reading);
            let Reading {
                snapshot,
                warnings,
                wants,
            } = reading;
            if let Some(stranger) = stranger(page, &snapshot) {
                let missed = Missed {
                    state: SourceState::Unreadable,
                    reason: stranger,
                    lost: true,
                    retry_after: None,
                    moved_to: None,
                };
                return Polled::Missed(moved(missed, redirect.as_ref()));
            }
            let hash = significant_hash_of_snapshot(&snapshot);
            let served = |wanted: &&str| poll.bodies.iter().any(|(name, _)| *name == *wanted);
            let lacks_rest = !wants.iter().all(served);
            Polled::Read(Box::new(Read {
                snapshot,
                warnings,
                wants,
                better,
                lacks_rest,
                hash,
                redirect,
                at: tools.clock.now(),
                heavy,
                light: if heavy {
                    light_lists(reader, poll)
                } else {
                    OpenLists::default()
                },
            }))
        }
        Err(unreadable) => {
            let missed = Missed {
                state: SourceState::Unreadable,
                reason: unreadable.to_string(),
                lost: true,
                retry_after: None,
                moved_to: None,
            };
            Polled::Missed(moved(missed, redirect.as_ref()))
        }
    }
}

/// A permanent redirect that ends at something else means that the page has moved; a temporary one that it cannot be
/// read now.
fn moved(missed: Missed, redirect: Option<&Redirect>) -> Missed {
    match redirect {
        Some(redirect) if redirect.permanent && missed.state == SourceState::Unreadable => Missed {
            state: SourceState::Moved,
            moved_to: Some(redirect.end.clone()),
            reason: format!(
                "the page has permanently moved to {}, which is something else: {}",
                redirect.end, missed.reason
            ),
            ..missed
        },
        Some(redirect) if missed.state == SourceState::Unreadable => Missed {
            reason: format!("the page sends us to {}: {}", redirect.end, missed.reason),
            ..missed
        },
        Some(_) | None => missed,
    }
}

/// Says so if what was read is another page than the one that is watched: by id, or by name where there is no id on
/// either side. An id that changed under the same name is the same page on another platform.
fn stranger(page: &Page, snapshot: &Snapshot) -> Option<String> {
    let (known, read) = (&page.identity, &snapshot.page);
    let differs = |known: &Option<String>, read: &Option<String>| match (known, read) {
        (Some(known), Some(read)) => Some(known != read),
        (Some(_), None) | (None, _) => None,
    };
    let other = match (differs(&known.id, &read.id), differs(&known.name, &read.name)) {
        (Some(true), Some(same_name)) => same_name,
        (Some(id), None) => id,
        // Where there are no ids, a vendor that renames itself keeps a word of its name.
        (None, Some(name)) => name && !share_a_word(known.name.as_deref(), read.name.as_deref()),
        (Some(false), Some(_)) | (None, None) => false,
    };
    other.then(|| {
        let name = read.name.as_deref().or(read.id.as_deref()).unwrap_or("no name");
        format!(
            "it is the page of somebody else now: \u{201c}{}\u{201d}",
            signalbox_pages::text::inert(name)
        )
    })
}

/// Whether two names have a word in common that says whose they are.
fn share_a_word(one: Option<&str>, other: Option<&str>) -> bool {
    let words = |name: Option<&str>| -> BTreeSet<String> {
        name.unwrap_or_default()
            .to_lowercase()
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| {
                word.chars().count() > 2 && !matches!(*word, "status" | "page" | "the" | "inc" | "and")
            })
            .map(str::to_owned)
            .collect()
    };
    !words(one).is_disjoint(&words(other))
}

/// Where the hops of `outcome` led, if they led away from the page's base.
fn redirected(base: &Url, document: &DocumentAddress, outcome: &FetchOutcome) -> Option<Redirect> {
    if outcome.hops.is_empty() {
        return None;
    }
    let below = base.make_relative(&document.url).unwrap_or_default();
    let end = &outcome.final_url;
    let key = base.fragment();
    if Site::from_url(base).key() == Some(document.url.as_str()) {
        // The key is the document's own address, a feed's.
        return Some(Redirect {
            base: Some(Site::at_root(end).with_key(end.as_str()).to_url()),
            end: end.clone(),
            permanent: outcome.hops.iter().all(|hop: &Hop| hop.permanent),
        });
    }
    let base = end
        .path()
        .strip_suffix(below.as_str())
        .filter(|path| !below.is_empty() && path.ends_with('/'))
        .map(|path| {
            let mut base = end.clone();
            base.set_path(path);
            base.set_query(None);
            base.set_fragment(key);
            base
        });
    Some(Redirect {
        base,
        end: end.clone(),
        permanent: outcome.hops.iter().all(|hop: &Hop| hop.permanent),
    })
}

fn reach(outcome: &FetchOutcome) -> Reach {
    match (&outcome.result, outcome.foreign_host()) {
        (FetchResult::Failed(failure), _) if failure.below_http => Reach::BelowHttp,
        (_, Some(host)) => Reach::Foreign(host.to_string()),
        (_, None) => Reach::Answered,
    }
}

/// Scheme, name and port: what is asked one request at a time.
pub(crate) fn host_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn hash_of(bytes: &[u8]) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
