//! Finding what people mean.
//!
//! Names are compared without case, diacritics, punctuation and spaces, so that "git hub", "GitHub" and "git-hub" are
//! one. What matches in a better way comes first, whoever it is; among equals the person's own entries, then the better
//! known vendors, then the shorter names, then the alphabet.

use std::{cmp::Reverse, collections::BTreeSet, ops::Range};

use crate::{
    Catalogue, Vendor, fold,
    host::{self, Address, HostMatch},
};

/// The longest question that is looked at, in characters: nobody's name is longer.
const LONGEST: usize = 200;

/// By how much a vendor is less known by another name than by its own.
const ALIAS_COUNTS_LESS: u8 = 2;

/// So many words of a question are looked at one by one, where it is not understood as a whole.
const MOST_WORDS: usize = 6;

/// Words that people add to a vendor's name when they look for its page.
const BESIDE_THE_NAME: [&str; 8] = [
    "down",
    "health",
    "is",
    "outage",
    "page",
    "service",
    "status",
    "statuspage",
];

/// A vendor that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The vendor.
    pub vendor: &'a Vendor,
    /// What of it matched.
    pub reason: Reason<'a>,
    /// Whether that is the very thing that was asked for, rather than its beginning, a part of it or something like it.
    pub exact: bool,
}

/// What of a vendor matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason<'a> {
    /// Its name, or the slug that stands for it.
    Name,
    /// This one of its aliases.
    Alias(&'a str),
    /// Its domain, or a host below it.
    Domain,
    /// The host of its page.
    PageHost,
    /// Its name or one of its aliases is written almost so.
    Fuzzy,
}

/// How well something matches; the better, the smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    Name,
    Alias,
    Slug,
    Host(HostMatch),
    Beginning,
    Words,
    HostBeginning,
    Inside,
    /// One slip of the keyboard away.
    Near,
    /// The beginning, one slip away.
    NearBeginning,
    /// Two slips away.
    Nearish,
}

impl Tier {
    const fn is_exact(self) -> bool {
        match self {
            Self::Name | Self::Alias | Self::Slug => true,
            Self::Host(matched) => !matches!(matched, HostMatch::OtherPath | HostMatch::Below(_)),
            Self::Beginning
            | Self::Words
            | Self::HostBeginning
            | Self::Inside
            | Self::Near
            | Self::NearBeginning
            | Self::Nearish => false,
        }
    }
}

/// What a key is of its vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Name,
    Alias(usize),
    Slug,
    Domain,
    PageHost,
}

/// One spelling under which a vendor is found.
#[derive(Clone, Debug)]
struct Key {
    vendor: usize,
    kind: Kind,
    /// Where its words are in the index's text.
    words: Range<usize>,
    /// Where its letters are, without spaces.
    letters: Range<usize>,
    /// How many letters that are.
    length: usize,
    /// Which letters occur in it.
    alphabet: u64,
}

/// Every spelling of every vendor, folded once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    text: String,
    keys: Vec<Key>,
}

impl Index {
    pub(crate) fn of(vendors: &[Vendor]) -> Self {
        let mut index = Self {
            text: String::with_capacity(vendors.len() * 48),
            keys: Vec::with_capacity(vendors.len() * 3),
        };
        for (position, vendor) in vendors.iter().enumerate() {
            let name = index.keys.len();
            index.add(position, Kind::Name, &vendor.name);
            for (alias, text) in vendor.aliases.iter().enumerate() {
                let kind = if host::is_host(text) {
                    Kind::Domain
                } else {
                    Kind::Alias(alias)
                };
                index.add(position, kind, text);
            }
            index.add(position, Kind::Slug, &vendor.slug);
            let same = |index: &Self, key: &Key| {
                index
                    .keys
                    .get(name)
                    .is_some_and(|name| index.letters(name) == index.letters(key))
            };
            // Most slugs are the name over again.
            if index.keys.last().is_some_and(|slug| same(&index, slug)) {
                index.keys.pop();
            }
            if let Some(domain) = &vendor.domain {
                index.add(position, Kind::Domain, domain);
            }
            let page = host::bare(host::of_page(&vendor.page));
            // What pages are called says nothing.
            let own = ["status.", "statuspage.", "trust."]
                .iter()
                .find_map(|start| page.strip_prefix(start))
                .unwrap_or(page);
            if vendor.domain.as_deref() != Some(own) {
                index.add(position, Kind::PageHost, own);
            }
        }
        index
    }

    fn add(&mut self, vendor: usize, kind: Kind, text: &str) {
        let start = self.text.len();
        fold::push_words(&mut self.text, text);
        let words = start..self.text.len();
        if words.is_empty() {
            return;
        }
        let letters = if self.text[words.clone()].contains(' ') {
            let joined = self.text[words.clone()].replace(' ', "");
            self.text.push_str(&joined);
            words.end..self.text.len()
        } else {
            words.clone()
        };
        self.keys.push(Key {
            vendor,
            kind,
            length: self.text[letters.clone()].chars().count(),
            alphabet: alphabet(&self.text[letters.clone()]),
            words,
            letters,
        });
    }

    fn words(&self, key: &Key) -> &str {
        &self.text[key.words.clone()]
    }

    fn letters(&self, key: &Key) -> &str {
        &self.text[key.letters.clone()]
    }

    /// The keys of one vendor after the other.
    fn by_vendor(&self) -> impl Iterator<Item = &[Key]> {
        self.keys.chunk_by(|left, right| left.vendor == right.vendor)
    }
}

/// Which letters occur in a text, as bits; some share one.
fn alphabet(letters: &str) -> u64 {
    letters.chars().fold(0, |bits, letter| {
        let bit = match letter {
            'a'..='z' => letter as u32 - 'a' as u32,
            '0'..='9' => 26 + letter as u32 - '0' as u32,
            _ => 36 + letter as u32 % 28,
        };
        bits | 1 << bit
    })
}

/// What is asked for, folded.
struct Question {
    words: String,
    letters: String,
    length: usize,
    alphabet: u64,
    address: Option<Address>,
}

impl Question {
    fn of(words: String, address: Option<Address>) -> Self {
        let letters = words.replace(' ', "");
        Self {
            length: letters.chars().count(),
            alphabet: alphabet(&letters),
            letters,
            words,
            address,
        }
    }

    /// How many slips of the keyboard are forgiven: short words are too close to each other.
    const fn slips(&self) -> usize {
        match self.length {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        }
    }
}

/// A vendor that matches, with all that decides its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    tier: Tier,
    /// Theirs before ours, the well-known before others.
    standing: Reverse<(bool, u8)>,
    length: usize,
    vendor: usize,
    key: Option<usize>,
}

impl Catalogue {
    /// The vendors that `words` could mean, the most probable first, at most `limit`.
    ///
    /// The words may be a name, the beginning or a part of one, with slips of the keyboard; what else a vendor is called;
    /// a domain; or the address of a status page, deep links included. Nothing is asked of any network: an address that no
    /// vendor of the catalogue has may be a status page all the same.
    #[must_use]
    pub fn search(&self, words: &str, limit: usize) -> Vec<Found<'_>> {
        let words: String = words.chars().take(LONGEST).collect();
        let address = Address::read(&words);
        let by_address = address.is_some();
        let folded = fold::words(&words);
        let fallback = match &address {
            Some(address) => host::name_of(&address.host).map(fold::words),
            None => without_beside(&folded),
        };
        let mut hits = self.hits(&Question::of(folded.clone(), address), limit);
        let certain = hits.first().is_some_and(|hit| hit.tier < Tier::Near);
        if !certain && let Some(fallback) = fallback {
            let other = self.hits(&Question::of(fallback, None), limit);
            let better = other
                .first()
                .is_some_and(|other| hits.first().is_none_or(|hit| other.tier < hit.tier));
            if better {
                return self.found_in_part(&other);
            }
        }
        if hits.is_empty() && limit > 0 && !by_address {
            hits = self.named_among(&folded);
            hits.truncate(limit);
            return self.found_in_part(&hits);
        }
        hits.truncate(limit);
        hits.iter().filter_map(|hit| self.found(hit)).collect()
    }

    /// What was found by a part of what was asked: exact it is not.
    fn found_in_part(&self, hits: &[Hit]) -> Vec<Found<'_>> {
        hits.iter()
            .filter_map(|hit| self.found(hit))
            .map(|found| Found {
                exact: false,
                ..found
            })
            .collect()
    }

    /// Those who are called as some of the words say: "aws us-east-1" names a vendor, too. The more words, the better.
    fn named_among(&self, folded: &str) -> Vec<Hit> {
        let words: Vec<&str> = folded.split(' ').take(MOST_WORDS).collect();
        (1..words.len())
            .rev()
            .flat_map(|length| words.windows(length))
            .map(|some| self.named(&Question::of(some.join(" "), None)))
            .find(|hits| !hits.is_empty())
            .unwrap_or_default()
    }

    /// Those who are called just so.
    fn named(&self, question: &Question) -> Vec<Hit> {
        let mut hits: Vec<Hit> = self
            .index
            .by_vendor()
            .filter_map(|keys| self.hit(keys, |key| self.exactly(question, key)))
            .collect();
        hits.sort_unstable();
        hits
    }

    /// The vendors whose name, alias or slug is `words`, case, punctuation and spaces left aside: those with the name
    /// first, then those with the alias. More than one means that the words alone do not decide.
    #[must_use]
    pub fn by_name(&self, words: &str) -> Vec<&Vendor> {
        let words: String = words.chars().take(LONGEST).collect();
        let question = Question::of(fold::words(&words), None);
        let hits = self.named(&question);
        hits.iter()
            .filter_map(|hit| self.vendors().get(hit.vendor))
            .collect()
    }

    /// The vendors that a host, or an address, belongs to, the most probable first: whose page is there, whose domain it
    /// is, or below whose domain it lies. Several pages can share a host; the path of an address tells them apart where
    /// theirs do.
    #[must_use]
    pub fn by_host(&self, host: &str) -> Vec<&Vendor> {
        let Some(address) = Address::read(host) else {
            return Vec::new();
        };
        let mut hits: Vec<Hit> = self
            .vendors()
            .iter()
            .enumerate()
            .filter_map(|(position, vendor)| {
                let tier = Tier::Host(host::matching(vendor, &address)?);
                Some(hit(tier, position, vendor, vendor.name.len(), None))
            })
            .collect();
        hits.sort_unstable();
        hits.iter()
            .filter_map(|hit| self.vendors().get(hit.vendor))
            .collect()
    }

    fn hits(&self, question: &Question, limit: usize) -> Vec<Hit> {
        if question.letters.is_empty() || limit == 0 {
            return Vec::new();
        }
        let mut hits: Vec<Hit> = self
            .index
            .by_vendor()
            .filter_map(|keys| {
                let by_key = self.hit(keys, |key| self.certainly(question, key));
                let by_host = self.hit_by_host(question, keys);
                by_key.into_iter().chain(by_host).min()
            })
            .collect();
        // Whoever wrote a name, or the beginning of one, has made no slip.
        let right = hits.iter().any(|hit| hit.tier <= Tier::Beginning);
        if !right && hits.len() < limit && question.slips() > 0 {
            let found: BTreeSet<usize> = hits.iter().map(|hit| hit.vendor).collect();
            let nearly = self
                .index
                .by_vendor()
                .filter(|keys| keys.first().is_some_and(|key| !found.contains(&key.vendor)))
                .filter_map(|keys| self.hit(keys, |key| self.nearly(question, key)));
            hits.extend(nearly);
        }
        hits.sort_unstable();
        hits.truncate(limit);
        hits
    }

    /// The best of a vendor's keys.
    fn hit(&self, keys: &[Key], judge: impl Fn(&Key) -> Option<Tier>) -> Option<Hit> {
        let best = keys
            .iter()
            .enumerate()
            .filter_map(|(number, key)| judge(key).map(|tier| (tier, key.length, number)))
            .min()?;
        let (tier, length, number) = best;
        let position = keys.get(number)?.vendor;
        let vendor = self.vendors().get(position)?;
        let mut hit = hit(tier, position, vendor, length, Some(number));
        if matches!(keys.get(number)?.kind, Kind::Alias(_)) {
            // Whoever types "cloudf" rather means Cloudflare than the CloudFront of a still better known vendor.
            hit.standing.0.1 = vendor.weight.saturating_sub(ALIAS_COUNTS_LESS);
        }
        Some(hit)
    }

    fn hit_by_host(&self, question: &Question, keys: &[Key]) -> Option<Hit> {
        let address = question.address.as_ref()?;
        let position = keys.first()?.vendor;
        let vendor = self.vendors().get(position)?;
        let tier = Tier::Host(host::matching(vendor, address)?);
        Some(hit(tier, position, vendor, vendor.name.len(), None))
    }

    fn exactly(&self, question: &Question, key: &Key) -> Option<Tier> {
        if self.index.letters(key) != question.letters {
            return None;
        }
        match key.kind {
            Kind::Name => Some(Tier::Name),
            Kind::Alias(_) => Some(Tier::Alias),
            Kind::Slug => Some(Tier::Slug),
            Kind::Domain | Kind::PageHost => None,
        }
    }

    fn certainly(&self, question: &Question, key: &Key) -> Option<Tier> {
        if question.alphabet & !key.alphabet != 0 {
            return None;
        }
        let letters = self.index.letters(key);
        match key.kind {
            Kind::Domain | Kind::PageHost => {
                return (question.length >= 3 && letters.starts_with(&question.letters))
                    .then_some(Tier::HostBeginning);
            }
            Kind::Name | Kind::Alias(_) | Kind::Slug => {}
        }
        if let Some(tier) = self.exactly(question, key) {
            return Some(tier);
        }
        if letters.starts_with(&question.letters) {
            return Some(Tier::Beginning);
        }
        let of_key = || self.index.words(key).split(' ');
        if question
            .words
            .split(' ')
            .all(|asked| of_key().any(|word| word.starts_with(asked)))
        {
            return Some(Tier::Words);
        }
        (question.length >= 3 && letters.contains(&question.letters)).then_some(Tier::Inside)
    }

    fn nearly(&self, question: &Question, key: &Key) -> Option<Tier> {
        match key.kind {
            Kind::Name | Kind::Alias(_) => {}
            Kind::Slug | Kind::Domain | Kind::PageHost => return None,
        }
        let slips = question.slips();
        // A slip brings in one letter at most, and takes away one at most.
        let missing = (question.alphabet & !key.alphabet).count_ones() as usize;
        if missing > slips {
            return None;
        }
        let letters = self.index.letters(key);
        let surplus = (key.alphabet & !question.alphabet).count_ones() as usize;
        if surplus <= slips && key.length.abs_diff(question.length) <= slips {
            match strsim::osa_distance(&question.letters, letters) {
                0 | 1 => return Some(Tier::Near),
                2 if slips == 2 => return Some(Tier::Nearish),
                _ => {}
            }
        }
        if missing > 1 || question.length < 5 || key.length <= question.length {
            return None;
        }
        let same_first = letters.chars().next() == question.letters.chars().next();
        let near = |length: usize| {
            let end = letters
                .char_indices()
                .nth(length)
                .map_or(letters.len(), |(end, _)| end);
            strsim::osa_distance(&question.letters, &letters[..end]) <= 1
        };
        (same_first && (question.length - 1..=question.length + 1).any(near)).then_some(Tier::NearBeginning)
    }

    fn found(&self, hit: &Hit) -> Option<Found<'_>> {
        let vendor = self.vendors().get(hit.vendor)?;
        let keys = self.index.keys.partition_point(|key| key.vendor < hit.vendor);
        let kind = hit
            .key
            .and_then(|number| self.index.keys.get(keys + number))
            .map(|key| key.kind);
        let reason = match (hit.tier, kind) {
            (Tier::Near | Tier::NearBeginning | Tier::Nearish, _) => Reason::Fuzzy,
            (Tier::Host(HostMatch::Page | HostMatch::PageHost | HostMatch::OtherPath), _)
            | (_, Some(Kind::PageHost)) => Reason::PageHost,
            (Tier::Host(HostMatch::Domain | HostMatch::Below(_)), _) | (_, Some(Kind::Domain)) => {
                Reason::Domain
            }
            (_, Some(Kind::Alias(alias))) => Reason::Alias(vendor.aliases.get(alias)?),
            (_, Some(Kind::Name | Kind::Slug) | None) => Reason::Name,
        };
        Some(Found {
            vendor,
            reason,
            exact: hit.tier.is_exact(),
        })
    }
}

fn hit(tier: Tier, position: usize, vendor: &Vendor, length: usize, key: Option<usize>) -> Hit {
    Hit {
        tier,
        standing: Reverse((vendor.own, vendor.weight)),
        length,
        vendor: position,
        key,
    }
}

/// The words without those that people add to a vendor's name; `None` if that leaves all or nothing.
fn without_beside(folded: &str) -> Option<String> {
    let all = folded.split(' ').count();
    let rest: Vec<&str> = folded
        .split(' ')
        .filter(|word| !BESIDE_THE_NAME.contains(word))
        .collect();
    (!rest.is_empty() && rest.len() < all).then(|| rest.join(" "))
}
