//! Finding out what an address is: which questions to ask its host, in which order, and what to believe of the answers.
//!
//! Pure: [`Recognition`] says what to ask next and is told the answer. It asks
//!
//! 1. the documents of the pages that the address means by itself (a vendor's own host, a host of one platform alone), and
//!    of what a directory of vendors says about it, a key that only the directory knows once the front page bears it out;
//! 2. the commonest document of all at the address;
//! 3. the front page, and the documents of the platforms whose marks it bears;
//! 4. the documents of the other platforms that are found at a fixed path;
//! 5. a feed: the one that was pasted, the one about status that the front page names, or that of the commonest platform.
//!
//! The first document that reads as a page ends it, if its host does not answer just anything alike: an address that
//! nobody has must give another answer. No host is asked more than [`MOST_QUESTIONS`] times. An answer of 200 proves
//! nothing, and what cannot be read is never a page.

mod doubt;
mod outcome;
mod places;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use url::Url;

use crate::readers::{self, COMMONEST, Document, Front, Reader, Reading, Site, Unreadable};

pub use doubt::{Doubt, doubts};
pub use outcome::{Found, Nothing};
use places::{as_asked_for, bases, followed};

/// How many questions one host is asked at most.
pub const MOST_QUESTIONS: usize = 8;

/// One is kept for the address that nobody has.
const MOST_BUT_ONE: usize = MOST_QUESTIONS - 1;

/// How many questions are asked in all, whatever the hosts.
const MOST_IN_ALL: usize = 20;

/// What an address turns out to be.
pub struct Recognition {
    address: Url,
    readers: Vec<&'static dyn Reader>,
    /// What stands behind the address's `#`.
    given_key: Option<String>,
    /// Names an address that nobody has.
    nonce: u64,
    stage: Stage,
    queue: VecDeque<Candidate>,
    tried: BTreeSet<(&'static str, String)>,
    asked: BTreeMap<String, usize>,
    asked_in_all: usize,
    /// The host that was asked last.
    asking: Option<String>,
    waiting: Option<Waiting>,
    /// What was answered to which question about a document, so that two platforms with a document at one address cost one
    /// question; `None` where there was none.
    answered: BTreeMap<String, Option<Answered>>,
    /// What a directory says with a key that the address does not hold: believed only if the front page bears it out.
    keyed_hints: Vec<(&'static dyn Reader, Site)>,
    /// What the front page leads to that is tried only when nothing else is left.
    last_resorts: Vec<(&'static dyn Reader, Site)>,
    front_url: Option<Url>,
    /// A page that was read, but of which another platform's documents may say more.
    fallback: Option<(Box<Candidate>, &'static str)>,
    end: Option<Outcome>,
    troubles: Troubles,
}

/// A place where a page of a platform may be.
#[derive(Clone)]
struct Candidate {
    reader: &'static dyn Reader,
    site: Site,
    /// Whether the host is known to be this platform's or this vendor's, so that it need not be tried with an address that
    /// nobody has.
    is_known: bool,
    reading: Option<Reading>,
    body: Arc<[u8]>,
}

/// A body that was served, and where it came from in the end.
#[derive(Clone)]
struct Answered {
    url: Url,
    permanent: bool,
    bytes: Arc<[u8]>,
}

/// What is being waited for.
enum Waiting {
    Front,
    Document(Box<Candidate>, &'static str),
    Control(Box<Candidate>, &'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    First,
    Front,
    Guesses,
    Feeds,
    Over,
}

/// What went wrong on the way, to be told if nothing is found.
#[derive(Default)]
struct Troubles {
    unclaimed: Option<String>,
    inactive: bool,
    is_private: bool,
    trial: bool,
    catch_all: bool,
    unreachable: Option<String>,
    any_answer: bool,
    unreadable: Option<(&'static str, Unreadable)>,
}

/// An answer to a question.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// The host answered with a body and a status that means success.
    Body {
        /// Where the answer came from in the end, after redirects.
        url: &'a Url,
        /// Whether every redirect on the way there was said to be for good; true where there was none.
        permanent: bool,
        /// The headers, names in lower case; may be empty for anything but the front page.
        headers: &'a [(String, String)],
        /// The body, content encoding removed.
        bytes: &'a [u8],
    },
    /// The host answered with a status that means failure.
    Status {
        /// Where the answer came from in the end.
        url: &'a Url,
        /// The status.
        status: u16,
    },
    /// There was no answer.
    Failed {
        /// Why, in plain words.
        reason: &'a str,
    },
}

/// What to do next.
#[derive(Debug)]
pub enum Next {
    /// Ask for this address as a browser asks, following redirects, and tell [`Recognition::answer`].
    Ask(Url),
    /// It is over.
    End(Outcome),
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The address is a page.
    Found(Box<Found>),
    /// It is none that can be read.
    Nothing(Nothing),
}

impl Recognition {
    /// Begins with an address as it was pasted. `hints` are what a directory of vendors says of it: keys of platforms with
    /// the page. `nonce` makes the address that nobody has unlikely to be had.
    #[must_use]
    pub fn of(address: &Url, hints: &[(&str, Site)], nonce: u64) -> Self {
        Self::among(readers::all(), address, hints, nonce)
    }

    /// The same with some readers alone.
    #[must_use]
    pub fn among(readers: &[&'static dyn Reader], address: &Url, hints: &[(&str, Site)], nonce: u64) -> Self {
        let mut recognition = Self {
            address: as_asked_for(address),
            readers: readers.to_vec(),
            given_key: Site::from_url(address).key().map(str::to_owned),
            nonce,
            stage: Stage::First,
            queue: VecDeque::new(),
            tried: BTreeSet::new(),
            asked: BTreeMap::new(),
            asked_in_all: 0,
            asking: None,
            waiting: None,
            answered: BTreeMap::new(),
            keyed_hints: Vec::new(),
            last_resorts: Vec::new(),
            front_url: None,
            fallback: None,
            end: None,
            troubles: Troubles::default(),
        };
        let feed = recognition
            .given_key
            .as_deref()
            .and_then(|key| Url::parse(key).ok());
        for reader in readers.iter().filter(|reader| reader.is_last_resort()) {
            if let Some(feed) = &feed {
                let site = Site::at_root(address).with_key(feed.as_str());
                recognition.suppose(*reader, site, false);
            }
        }
        for reader in readers {
            if let Some(site) = reader.site_at(address) {
                recognition.suppose(*reader, site, true);
            }
        }
        let is_known = !recognition.queue.is_empty();
        for (key, site) in hints {
            match readers.iter().find(|reader| reader.key() == *key) {
                Some(reader) if site.key().is_none() => recognition.suppose(*reader, site.clone(), false),
                Some(reader) => recognition.keyed_hints.push((*reader, site.clone())),
                None => {}
            }
        }
        let commonest = readers.iter().find(|reader| reader.key() == COMMONEST);
        if let Some(commonest) = commonest.filter(|_| !is_known) {
            for base in bases(address) {
                recognition.suppose_guess(*commonest, &base);
            }
        }
        recognition
    }

    /// What to do next.
    pub fn next_step(&mut self) -> Next {
        loop {
            if let Some(outcome) = self.end.take() {
                return Next::End(outcome);
            }
            if let Some(Waiting::Control(candidate, name)) = self.waiting.take() {
                let control = self.control_of(&candidate, name);
                match control.filter(|url| self.may_ask(url, MOST_QUESTIONS)) {
                    Some(url) => {
                        self.waiting = Some(Waiting::Control(candidate, name));
                        return self.ask(url);
                    }
                    // A host that has been asked too often to be tried is not believed either.
                    None => continue,
                }
            }
            if let Some(candidate) = self.queue.pop_front() {
                let document = candidate.reader.documents(&candidate.site).into_iter().next();
                let known = document.as_ref().and_then(|document| {
                    Some((document.name, self.answered.get(document.url.as_str())?.clone()))
                });
                if let Some((name, answered)) = known {
                    if let Some(answered) = answered {
                        self.read_document(candidate, name, &answered);
                    }
                    continue;
                }
                if let Some(document) = document.filter(|document| self.may_ask(&document.url, MOST_BUT_ONE))
                {
                    self.waiting = Some(Waiting::Document(Box::new(candidate), document.name));
                    return self.ask(document.url);
                }
                continue;
            }
            match self.stage {
                Stage::First => {
                    self.stage = Stage::Front;
                    if let Some((fallback, name)) = self.fallback.take() {
                        self.believe(*fallback, name);
                        continue;
                    }
                    let url = self.address.clone();
                    if self.may_ask(&url, MOST_BUT_ONE) {
                        self.waiting = Some(Waiting::Front);
                        return self.ask(url);
                    }
                }
                Stage::Front => {
                    self.stage = Stage::Guesses;
                    self.guess();
                }
                Stage::Guesses => {
                    self.stage = Stage::Feeds;
                    self.suppose_last_resorts();
                }
                Stage::Feeds => {
                    self.stage = Stage::Over;
                    match self.fallback.take() {
                        Some((fallback, name)) => self.believe(*fallback, name),
                        None => self.end = Some(Outcome::Nothing(self.nothing())),
                    }
                }
                Stage::Over => return Next::End(Outcome::Nothing(self.nothing())),
            }
        }
    }

    /// Takes the answer to what [`Recognition::next_step`] asked for.
    pub fn answer(&mut self, answer: Answer<'_>) {
        let is_about_the_page = match &self.waiting {
            Some(Waiting::Front) => true,
            Some(Waiting::Document(candidate, _) | Waiting::Control(candidate, _)) => candidate.is_known,
            None => false,
        };
        match answer {
            Answer::Body { url, .. } => {
                self.troubles.any_answer = true;
                self.note_where_it_ended(url);
            }
            Answer::Status { url, status } => {
                self.troubles.any_answer = true;
                self.note_where_it_ended(url);
                self.troubles.is_private |= is_about_the_page && (status == 401 || status == 407);
                if status == 429 {
                    self.end = Some(Outcome::Nothing(Nothing::Busy));
                }
            }
            Answer::Failed { reason } => {
                self.troubles.unreachable.get_or_insert_with(|| reason.to_owned());
            }
        }
        if let Some(host) = &self.troubles.unclaimed {
            // What is there belongs to the platform, and is nobody's page.
            self.end = Some(Outcome::Nothing(Nothing::Unclaimed(host.clone())));
            return;
        }
        match self.waiting.take() {
            Some(Waiting::Front) => self.answer_of_front(answer),
            Some(Waiting::Document(candidate, name)) => self.answer_of_document(*candidate, name, answer),
            Some(Waiting::Control(candidate, name)) => self.answer_of_control(*candidate, name, answer),
            None => {}
        }
    }

    fn answer_of_front(&mut self, answer: Answer<'_>) {
        let Answer::Body {
            url,
            permanent,
            headers,
            bytes,
        } = answer
        else {
            return;
        };
        self.front_url = Some(url.clone());
        // What was pasted may be a document itself.
        let answered = Answered {
            url: url.clone(),
            permanent,
            bytes: bytes.into(),
        };
        self.answered.insert(url.to_string(), Some(answered));
        const MOST: usize = 1024 * 1024;
        let bytes = bytes.get(..MOST.min(bytes.len())).unwrap_or(bytes);
        let body = String::from_utf8_lossy(bytes);
        let front = Front {
            url,
            headers,
            body: &body,
        };
        let readers = self.readers.clone();
        for reader in readers.iter().filter(|reader| !reader.is_last_resort()) {
            // Where the address led may mean a page by itself.
            let known = reader.site_at(url);
            let is_known = known.is_some();
            if let Some(site) = known.or_else(|| reader.site_behind(&front)) {
                self.suppose(*reader, site, is_known);
            }
        }
        for (reader, site) in std::mem::take(&mut self.keyed_hints) {
            let is_borne_out = site.key().is_some_and(|key| front.holds(key))
                || headers
                    .iter()
                    .any(|(_, value)| Some(value.as_str()) == site.key())
                || reader.site_behind(&front).is_some();
            if is_borne_out {
                self.suppose(reader, site, false);
            }
        }
        let last = readers.iter().filter(|reader| reader.is_last_resort());
        self.last_resorts = last
            .filter_map(|reader| Some((*reader, reader.site_behind(&front)?)))
            .collect();
    }

    fn answer_of_document(&mut self, candidate: Candidate, name: &'static str, answer: Answer<'_>) {
        let asked = candidate.reader.documents(&candidate.site).into_iter().next();
        let asked = asked.map(|document| document.url.to_string()).unwrap_or_default();
        let Answer::Body {
            url,
            permanent,
            bytes,
            ..
        } = answer
        else {
            self.answered.insert(asked, None);
            return;
        };
        let answered = Answered {
            url: url.clone(),
            permanent,
            bytes: bytes.into(),
        };
        self.answered.insert(asked, Some(answered.clone()));
        self.read_document(candidate, name, &answered);
    }

    fn read_document(&mut self, mut candidate: Candidate, name: &'static str, answered: &Answered) {
        let Answered {
            url,
            permanent,
            bytes,
        } = answered;
        let document = Document { name, body: bytes };
        match candidate.reader.read(&[document], Some(&candidate.site)) {
            Ok(reading) if is_trial(&reading) => self.troubles.trial = true,
            Ok(reading) => {
                if let Some(site) =
                    followed(candidate.reader, &candidate.site, name, url).filter(|_| *permanent)
                {
                    candidate.site = site;
                }
                let better = candidate.reader.said_better_by(&reading);
                candidate.reading = Some(reading);
                candidate.body = Arc::clone(bytes);
                let better = better.and_then(|key| {
                    let readers = self.readers.clone();
                    readers.into_iter().find(|reader| reader.key() == key)
                });
                match better.and_then(|reader| Some((reader, reader.guess(candidate.site.base())?))) {
                    Some((reader, site)) if self.fallback.is_none() => {
                        self.fallback = Some((Box::new(candidate), name));
                        self.suppose_first(reader, site);
                    }
                    _ => self.believe(candidate, name),
                }
            }
            Err(error) => {
                // What is said of a guess says nothing.
                if candidate.is_known {
                    self.troubles
                        .unreadable
                        .get_or_insert((candidate.reader.name(), error));
                }
            }
        }
    }

    fn believe(&mut self, candidate: Candidate, name: &'static str) {
        if candidate.is_known {
            self.accept(candidate);
        } else {
            self.waiting = Some(Waiting::Control(Box::new(candidate), name));
        }
    }

    fn answer_of_control(&mut self, candidate: Candidate, name: &'static str, answer: Answer<'_>) {
        let is_alike = match answer {
            Answer::Body { bytes, .. } => {
                bytes == &*candidate.body || candidate.reader.recognises(&Document { name, body: bytes })
            }
            Answer::Status { .. } => false,
            // Without an answer the host has not been tried; it is believed, since it said what a page says.
            Answer::Failed { .. } => false,
        };
        if is_alike {
            self.troubles.catch_all = true;
        } else {
            self.accept(candidate);
        }
    }

    fn accept(&mut self, candidate: Candidate) {
        let Some(reading) = candidate.reading else { return };
        self.end = Some(Outcome::Found(Box::new(Found {
            platform: candidate.reader.key(),
            platform_name: candidate.reader.name(),
            is_feed: candidate.reader.is_last_resort(),
            site: candidate.site,
            reading,
        })));
    }

    /// An address at the candidate's host that nobody has, beside its document.
    fn control_of(&self, candidate: &Candidate, name: &str) -> Option<Url> {
        let documents = candidate.reader.documents(&candidate.site);
        let document = documents.into_iter().find(|document| document.name == name)?;
        let mut url = document.url;
        url.set_query(None);
        url.join(&format!("zz-{:016x}.json", self.nonce)).ok()
    }

    /// The places at the root of a host first: what is pasted is more often a link into a page than a page below a path.
    fn guess(&mut self) {
        let mut places = Vec::new();
        // A host that sends us on does so with everything.
        let front = self.front_url.as_ref();
        let sent_on = front.is_some_and(|front| front.host_str() != self.address.host_str());
        let given = Some(&self.address).filter(|_| !sent_on);
        for address in front.into_iter().chain(given) {
            for base in bases(address) {
                if !places.contains(&base) {
                    places.push(base);
                }
            }
        }
        let (roots, below): (Vec<Url>, Vec<Url>) = places.into_iter().partition(|base| base.path() == "/");
        let readers = self.readers.clone();
        for (places, is_told_apart) in [(&below, true), (&roots, false), (&below, false)] {
            for base in places {
                for reader in readers.iter().filter(|reader| !reader.is_last_resort()) {
                    if !is_told_apart || reader.lives_below_paths() {
                        self.suppose_guess(*reader, base);
                    }
                }
            }
        }
    }

    fn suppose_last_resorts(&mut self) {
        let readers = self.readers.clone();
        let root = Site::at_root(self.front_url.as_ref().unwrap_or(&self.address));
        let mut last = std::mem::take(&mut self.last_resorts);
        if last.is_empty() {
            let readers = readers.iter().filter(|reader| reader.is_last_resort());
            last.extend(readers.filter_map(|reader| Some((*reader, reader.guess(root.base())?))));
        }
        for (reader, site) in last {
            self.suppose(reader, site, false);
        }
    }

    fn suppose_guess(&mut self, reader: &'static dyn Reader, base: &Url) {
        if let Some(site) = reader.guess(base) {
            self.suppose(reader, site, false);
        }
    }

    fn suppose(&mut self, reader: &'static dyn Reader, site: Site, is_known: bool) {
        if let Some(candidate) = self.new_candidate(reader, site, is_known) {
            self.queue.push_back(candidate);
        }
    }

    fn suppose_first(&mut self, reader: &'static dyn Reader, site: Site) {
        if let Some(candidate) = self.new_candidate(reader, site, false) {
            self.queue.push_front(candidate);
        }
    }

    fn new_candidate(
        &mut self,
        reader: &'static dyn Reader,
        site: Site,
        is_known: bool,
    ) -> Option<Candidate> {
        let site = self.with_given_key(reader, site);
        self.tried
            .insert((reader.key(), site.to_string()))
            .then_some(Candidate {
                reader,
                site,
                is_known,
                reading: None,
                body: Arc::default(),
            })
    }

    /// What stands behind `#` says which of several pages at an address is meant: another one at the same host is not it.
    fn with_given_key(&self, reader: &'static dyn Reader, site: Site) -> Site {
        let Some(given) = &self.given_key else {
            return site;
        };
        let is_here = site.base().host_str() == self.address.host_str();
        let keyed = site.clone().with_key(given);
        // Where the platform has no keys, it is a mark within the page.
        let has_a_say =
            is_here && !reader.is_last_resort() && reader.documents(&keyed) != reader.documents(&site);
        if has_a_say { keyed } else { site }
    }

    fn may_ask(&self, url: &Url, most: usize) -> bool {
        let host = url.host_str().unwrap_or_default();
        self.asked_in_all < MOST_IN_ALL && self.asked.get(host).is_none_or(|times| *times < most)
    }

    fn ask(&mut self, url: Url) -> Next {
        let host = url.host_str().unwrap_or_default().to_owned();
        *self.asked.entry(host.clone()).or_default() += 1;
        self.asking = Some(host);
        self.asked_in_all += 1;
        Next::Ask(url)
    }

    /// Redirects tell of pages that are nobody's, switched off or private.
    fn note_where_it_ended(&mut self, end: &Url) {
        let host = end.host_str().unwrap_or_default();
        // Whoever was sent on to a host has asked that one too.
        if self.asking.as_deref() != Some(host) {
            *self.asked.entry(host.to_owned()).or_default() += 1;
        }
        let asked = self.address.host_str().unwrap_or_default();
        let is_hosted = [".statuspage.io", ".instatus.com"]
            .iter()
            .any(|platform| asked.ends_with(platform));
        let left = host != asked
            && [
                "www.statuspage.io",
                "statuspage.io",
                "www.atlassian.com",
                "instatus.com",
                "www.instatus.com",
            ]
            .contains(&host);
        if is_hosted && left {
            self.troubles.unclaimed = Some(host.to_owned());
        }
        let last = end
            .path()
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        self.troubles.inactive |= last == "inactive";
        self.troubles.is_private |= matches!(last, "login" | "signin" | "sign_in" | "sign-in" | "sso");
    }

    fn nothing(&self) -> Nothing {
        let troubles = &self.troubles;
        if let Some(host) = &troubles.unclaimed {
            return Nothing::Unclaimed(host.clone());
        }
        if troubles.inactive {
            return Nothing::Inactive;
        }
        if troubles.trial {
            return Nothing::Trial;
        }
        if troubles.is_private {
            return Nothing::Private;
        }
        if troubles.catch_all {
            return Nothing::CatchAll;
        }
        if let Some((platform, reason)) = &troubles.unreadable {
            return Nothing::Unreadable {
                platform,
                reason: reason.clone(),
            };
        }
        match &troubles.unreachable {
            Some(reason) if !troubles.any_answer => Nothing::Unreachable(reason.clone()),
            Some(_) | None => Nothing::NotForPrograms,
        }
    }
}

/// A page of Statuspage that nobody has set up has two components, both called "(example)".
fn is_trial(reading: &Reading) -> bool {
    let components = &reading.snapshot.components;
    !components.is_empty()
        && components
            .iter()
            .all(|component| component.name.trim().ends_with("(example)"))
}

#[cfg(test)]
mod tests;
