//! What is told of a page itself, which says nothing about its vendor (T2).

use jiff::{SignedDuration, Timestamp};
use signalbox_channels::{AnnouncementKind, Urgency};
use signalbox_pages::Health;

use super::{Draft, words};

/// How many polls in a row must fail before a page is told to be unreachable.
pub const MISSES: u32 = 3;
/// For how long a page must have failed before that is told.
pub const MISSED_FOR: SignedDuration = SignedDuration::from_mins(30);

/// Why a page gives no news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It does not answer, or refuses.
    Unreachable,
    /// It answers with something that is no status page.
    Unreadable,
}

/// Whether it is to be told now that a page gives no news: after three misses and 30 minutes, once. `first_miss_at` is the
/// first failed poll since the last good one, `told` whether it was told since then.
#[must_use]
pub fn owes_unreachable(misses: u32, first_miss_at: Timestamp, now: Timestamp, told: bool) -> bool {
    !told && misses >= MISSES && now.duration_since(first_miss_at) >= MISSED_FOR
}

/// A page that gives no news since `since`, for a `reason` in plain words. `last_word` is the vendor's last known health and
/// when it was read.
#[must_use]
pub fn page_unreachable(
    vendor: &str,
    trouble: Trouble,
    reason: &str,
    since: Timestamp,
    last_word: Option<(Health, Timestamp)>,
    now: Timestamp,
) -> Draft {
    let what = match trouble {
        Trouble::Unreachable => "cannot be reached",
        Trouble::Unreadable => "cannot be read",
    };
    let length = words::duration(now.duration_since(since));
    let headline = format!("{}: status page {what} for {length}", words::name(vendor));
    let last = match last_word {
        Some((health, at)) => {
            let age = words::duration(now.duration_since(at));
            format!("Last word {age} ago: {}.", words::health(health))
        }
        None => "It has never been read.".to_owned(),
    };
    let body = format!("{}\n{last}", words::line(reason, 400));
    Draft {
        vendor: Some(vendor.to_owned()),
        ..Draft::new(AnnouncementKind::PageUnreachable, &headline, &body, now)
    }
}

/// A page that was told to give no news since `since` and was read again: `health` is what it says of what is in scope.
#[must_use]
pub fn page_back(vendor: &str, since: Timestamp, health: Health, now: Timestamp) -> Draft {
    let length = words::duration(now.duration_since(since));
    let headline = format!("{}: status page is back after {length}", words::name(vendor));
    let body = format!("It says: {}.", words::health(health));
    Draft {
        urgency: Urgency::Quiet,
        vendor: Some(vendor.to_owned()),
        health: Some(health),
        ..Draft::new(AnnouncementKind::PageBack, &headline, &body, now)
    }
}

/// A page that is on another platform than before, and is read as such from now on. `scoped` is whether the person chose
/// components, which have other identifiers there and are found again by their names.
#[must_use]
pub fn page_recognised_anew(
    vendor: &str,
    platform: &str,
    address: &str,
    scoped: bool,
    now: Timestamp,
) -> Draft {
    let headline = format!(
        "{}: status page is on {} now",
        words::name(vendor),
        words::line(platform, 60)
    );
    let advice = if scoped {
        "\nIts components are new ones. Those that you chose count on where one alone has the same name: see that they are the right ones."
    } else {
        ""
    };
    let body = format!(
        "It was recognised at {} and is read there; its history is kept.{advice}",
        words::line(address, 200)
    );
    Draft {
        urgency: if scoped { Urgency::Normal } else { Urgency::Quiet },
        vendor: Some(vendor.to_owned()),
        url: words::link(Some(address)),
        ..Draft::new(AnnouncementKind::PageMoved, &headline, &body, now)
    }
}

/// The same of a page that listed the incidents of these titles as open where it was before: nobody says what became of
/// them.
#[must_use]
pub fn leaving_behind(told: Draft, titles: &[String]) -> Draft {
    if titles.is_empty() {
        return told;
    }
    let left = format!(
        "{}\nNo longer listed, and not said to be resolved: {}.",
        told.body,
        words::enumeration(titles, 3)
    );
    Draft {
        body: words::lines(&left, words::BODY),
        ..told
    }
}

/// A page with a new permanent address. `reads_as_the_same` is whether what is there is the same page, which is then watched
/// there.
#[must_use]
pub fn page_moved(vendor: &str, from: &str, to: &str, reads_as_the_same: bool, now: Timestamp) -> Draft {
    let headline = format!("{}: status page has moved", words::name(vendor));
    let outcome = match reads_as_the_same {
        true => "It is watched at its new address.",
        false => {
            "What is there is not the page that was watched; nothing is known until its address is corrected."
        }
    };
    let body = format!(
        "From {}\nto {}\n{outcome}",
        words::line(from, 200),
        words::line(to, 200)
    );
    Draft {
        urgency: if reads_as_the_same {
            Urgency::Quiet
        } else {
            Urgency::Normal
        },
        vendor: Some(vendor.to_owned()),
        url: words::link(Some(to)),
        ..Draft::new(AnnouncementKind::PageMoved, &headline, &body, now)
    }
}

#[cfg(test)]
mod t2_never_an_outage_without_the_vendors_word {
    use signalbox_pages::Health;

    use super::{Trouble, owes_unreachable, page_back, page_moved, page_unreachable};
    use crate::{announce::test_words::in_full, compare::test_words::at};

    #[test]
    fn a_page_is_told_unreachable_once_after_three_misses_and_thirty_minutes() {
        let first = at("2026-11-07T12:00:00Z");
        for (misses, now, told, expected) in [
            (3, "2026-11-07T12:29:59Z", false, false),
            (2, "2026-11-07T14:00:00Z", false, false),
            (3, "2026-11-07T12:30:00Z", false, true),
            (9, "2026-11-07T14:00:00Z", true, false),
        ] {
            assert_eq!(
                owes_unreachable(misses, first, at(now), told),
                expected,
                "{misses} misses at {now}"
            );
        }
    }

    #[test]
    fn it_is_said_of_the_page_and_never_of_the_vendor() {
        let (since, now) = (at("2026-11-07T12:00:00Z"), at("2026-11-07T12:35:00Z"));
        let read_at = at("2026-11-07T11:43:00Z");
        let reason = "The server answered 502 Bad Gateway.";
        let drafts = [
            page_unreachable(
                "Forge",
                Trouble::Unreachable,
                reason,
                since,
                Some((Health::Operational, read_at)),
                now,
            ),
            page_unreachable("Forge", Trouble::Unreadable, "A web page.", since, None, now),
            page_back("Forge", since, Health::Degraded, now),
            page_moved("Forge", "https://a.example/", "https://b.example/", true, now),
            page_moved("Forge", "https://a.example/", "https://b.example/", false, now),
        ];
        assert!(drafts[..2].iter().all(|draft| draft.health.is_none()));
        let told: Vec<String> = drafts.iter().map(in_full).collect();
        insta::assert_snapshot!(told.join("\n"), @"
        page_unreachable normal
        Forge: status page cannot be reached for 35 min
            The server answered 502 Bad Gateway.
            Last word 52 min ago: operational.
        page_unreachable normal
        Forge: status page cannot be read for 35 min
            A web page.
            It has never been read.
        page_back quiet
        Forge: status page is back after 35 min
            It says: degraded.
        page_moved quiet
        Forge: status page has moved
            From https://a.example/
            to https://b.example/
            It is watched at its new address.
        page_moved normal
        Forge: status page has moved
            From https://a.example/
            to https://b.example/
            What is there is not the page that was watched; nothing is known until its address is corrected.
        ");
    }
}
