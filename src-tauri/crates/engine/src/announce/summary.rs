//! Many facts in one announcement or one line.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use signalbox_channels::{Announcement, AnnouncementKind, SummaryItem, Urgency};
use signalbox_pages::Health;

use super::{Draft, Scope, words};
use crate::{
    compare::{Listed, PageState},
    show::CountedWatch,
};

/// How many things a summary holds at most: more than anybody looks through, and still no burden to deliver.
const MOST_ITEMS: usize = 200;

/// How many vendors a line names before it counts the rest.
const NAMED: usize = 3;

/// How the vendors stand in one line, as the tooltip, the menu's first line and `status` say it: "2 of 43 vendors have
/// problems: GitHub, Stripe". Worst first, then by name. What was acknowledged is neither a problem to see to nor fine, and
/// what is stale is not known to be fine.
#[must_use]
pub fn tray_summary(watches: &[CountedWatch<'_>]) -> String {
    let all = words::count(watches.len(), "vendor");
    let named = |matches: &dyn Fn(&CountedWatch<'_>) -> bool| -> Vec<String> {
        let mut found: Vec<&CountedWatch<'_>> = watches.iter().filter(|watch| matches(watch)).collect();
        found.sort_by_key(|watch| {
            (
                std::cmp::Reverse(watch.shown.health.rank()),
                watch.vendor.to_lowercase(),
            )
        });
        found.iter().map(|watch| words::name(watch.vendor)).collect()
    };
    let is_unknown = |watch: &CountedWatch<'_>| {
        !watch.shown.health.is_known() || (watch.shown.stale && !watch.shown.health.is_problem())
    };
    let troubled = named(&|watch| watch.shown.health.is_problem());
    let unknown = named(&is_unknown);
    let acknowledged = named(&|watch| watch.acknowledged && !is_unknown(watch));
    let listed = |names: &[String]| words::enumeration(names, NAMED);
    let others = troubled.len() + unknown.len() + acknowledged.len();
    let fine = watches.len().saturating_sub(others);
    let told = match (watches.len(), troubled.len(), unknown.len()) {
        (1, 0, 0) if fine == 0 => {
            return format!(
                "1 vendor has a problem that is acknowledged: {}",
                listed(&acknowledged)
            );
        }
        (_, 0, 0) if fine == 0 && !acknowledged.is_empty() => {
            return format!(
                "All {all} have problems that are acknowledged: {}",
                listed(&acknowledged)
            );
        }
        (_, 0, 0) if fine == 1 && !acknowledged.is_empty() => format!("1 of {all} is fine"),
        (_, 0, 0) if !acknowledged.is_empty() => format!("{fine} of {all} are fine"),
        (0, _, _) => "No vendors are watched".to_owned(),
        (1, 0, 0) => "1 vendor is fine".to_owned(),
        (_, 0, 0) => format!("All {all} are fine"),
        (1, 0, _) => format!("1 vendor is unknown: {}", listed(&unknown)),
        (count, 0, lost) if lost == count => format!("All {all} are unknown"),
        (_, 0, 1) => format!("1 of {all} is unknown: {}", listed(&unknown)),
        (_, 0, lost) => format!("{lost} of {all} are unknown: {}", listed(&unknown)),
        (1, _, _) => format!("1 vendor has a problem: {}", listed(&troubled)),
        (_, 1, 0) => format!("1 of {all} has a problem: {}", listed(&troubled)),
        (_, bad, 0) => format!("{bad} of {all} have problems: {}", listed(&troubled)),
        (_, 1, lost) => format!("1 of {all} has a problem: {}; {lost} unknown", listed(&troubled)),
        (_, bad, lost) => format!(
            "{bad} of {all} have problems: {}; {lost} unknown",
            listed(&troubled)
        ),
    };
    match acknowledged.len() {
        0 => told,
        seen => format!("{told}; {seen} acknowledged"),
    }
}

/// How one new watch stands at first sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineLine {
    /// The vendor's name as the person knows it.
    pub vendor: String,
    /// The health of what is in scope.
    pub health: Health,
    /// The titles of the open incidents that touch the scope, in the order of their ids.
    pub incidents: Vec<String>,
    /// The page's own address.
    pub url: Option<String>,
}

/// How a new watch stands at first sight of its page.
#[must_use]
pub fn baseline_line(vendor: &str, scope: &Scope<'_>, state: &PageState, health: Health) -> BaselineLine {
    BaselineLine {
        vendor: vendor.to_owned(),
        health,
        incidents: state
            .incidents
            .values()
            .filter(|incident| {
                // What was open when the page was watched before, and is not listed now, may long be over.
                incident.listed == Listed::Yes
                    && incident.facts.is_open()
                    && scope.touched_by(&incident.facts)
            })
            .map(|incident| incident.facts.title.clone())
            .collect(),
        url: state.identity.url.clone(),
    }
}

/// The one summary of a batch of new watches. Quiet unless one of them has a problem or an open incident.
#[must_use]
pub fn baseline_summary(watches: &[BaselineLine], now: Timestamp) -> Draft {
    let stands = |watch: &BaselineLine| match &watch.incidents[..] {
        [] => words::health(watch.health).to_owned(),
        [title] => format!("{}, open incident: {title}", words::health(watch.health)),
        many => format!("{}, {} open incidents", words::health(watch.health), many.len()),
    };
    let is_news = |watch: &BaselineLine| watch.health.is_problem() || !watch.incidents.is_empty();
    let mut told: Vec<&BaselineLine> = watches
        .iter()
        .filter(|watch| is_news(watch) || !watch.health.is_known())
        .collect();
    told.sort_by_key(|watch| {
        (
            std::cmp::Reverse(watch.health.rank()),
            watch.vendor.to_lowercase(),
        )
    });
    let urgency = match watches.iter().any(is_news) {
        true => Urgency::Normal,
        false => Urgency::Quiet,
    };
    if let [only] = watches {
        let headline = format!("Now watching {}: {}", words::name(&only.vendor), stands(only));
        let body = match only.incidents.len() {
            2.. => only.incidents.join("\n"),
            _ => String::new(),
        };
        return Draft {
            urgency,
            vendor: Some(only.vendor.clone()),
            url: words::link(only.url.as_deref()),
            health: Some(only.health),
            ..Draft::new(AnnouncementKind::Baseline, &headline, &body, now)
        };
    }
    let troubled = watches.iter().filter(|watch| watch.health.is_problem()).count();
    let how = match troubled {
        0 => "none has a problem".to_owned(),
        1 => "1 has a problem".to_owned(),
        many => format!("{many} have problems"),
    };
    let headline = format!("Now watching {}: {how}", words::count(watches.len(), "vendor"));
    let mut body: Vec<String> = told
        .iter()
        .map(|watch| format!("{}: {}", words::name(&watch.vendor), stands(watch)))
        .collect();
    match watches.len() - told.len() {
        _ if told.is_empty() => {}
        0 => {}
        fine => body.push(format!("{fine} more: fine")),
    }
    Draft {
        urgency,
        ..Draft::new(AnnouncementKind::Baseline, &headline, &body.join("\n"), now)
    }
}

/// The one summary of what changed between `from` and `to`, while this machine was offline or asleep, of what would have
/// been announced one by one, oldest first.
///
/// Of each incident only its last word is told, and of each vendor's health without an incident as well. Quiet if nothing
/// changed, or if all of it is over by now.
#[must_use]
pub fn catch_up_summary(announcements: &[Announcement], from: Timestamp, to: Timestamp) -> Draft {
    let away = words::duration(to.duration_since(from).max(SignedDuration::ZERO));
    let folded = last_words(announcements);
    let headline = match folded.len() {
        0 => format!("Back after {away}: nothing changed"),
        1 => format!("Back after {away}: 1 change"),
        many => format!("Back after {away}: {many} changes"),
    };
    summary(&headline, &folded, to)
}

/// Why announcements could not be told each at its moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backlog {
    /// An earlier run left them.
    LeftOver,
    /// They could not be delivered.
    Undeliverable,
    /// The person wanted none.
    Paused,
    /// There were too many at once.
    Storm,
    /// For more than a week nobody was there to whom they could be told.
    Old,
}

/// The one summary of what could not be told at its moment, of what would have been announced one by one, oldest first.
///
/// As in [`catch_up_summary`], only last words are told. Where one thing is left to tell, the summary is about it.
#[must_use]
pub fn backlog_summary(announcements: &[Announcement], why: Backlog, now: Timestamp) -> Draft {
    let mut folded = last_words(announcements);
    // That nothing changed is no news beside other news.
    folded.retain(|last| last.kind != AnnouncementKind::CatchUp || !last.body.is_empty());
    let many = match folded.len() {
        0 => "nothing changed".to_owned(),
        many => words::count(many, "change"),
    };
    let headline = match why {
        Backlog::LeftOver => format!("Not told before Signalbox stopped: {many}"),
        Backlog::Undeliverable => format!("While notifications could not be shown: {many}"),
        Backlog::Paused => format!("While notifications were paused: {many}"),
        Backlog::Storm => format!("Much at once: {many}"),
        Backlog::Old => format!("From more than a week ago, not told before: {many}"),
    };
    let draft = summary(&headline, &folded, now);
    let [only] = folded.as_slice() else { return draft };
    Draft {
        vendor: only.vendor.clone(),
        incident: only.incident.clone(),
        url: only.url.clone(),
        health: only.health,
        impact: only.impact,
        ..draft
    }
}

/// A summary in lines; as urgent as the most urgent of them that is not over.
fn summary(headline: &str, folded: &[&Announcement], now: Timestamp) -> Draft {
    let lines: Vec<&str> = folded.iter().map(|last| last.headline.as_str()).collect();
    let urgency = folded
        .iter()
        .map(|last| {
            if is_over(last) {
                Urgency::Quiet
            } else {
                last.urgency
            }
        })
        .max()
        .unwrap_or(Urgency::Quiet);
    Draft {
        urgency,
        items: folded
            .iter()
            .flat_map(|last| items(last))
            .take(MOST_ITEMS)
            .collect(),
        ..Draft::new(AnnouncementKind::CatchUp, headline, &lines.join("\n"), now)
    }
}

/// What is told with an announcement: that of which it is the summary, or itself.
fn items(announcement: &Announcement) -> Vec<SummaryItem> {
    if !announcement.items.is_empty() {
        return announcement.items.clone();
    }
    let Announcement {
        kind,
        vendor,
        headline,
        incident,
        url,
        health,
        ..
    } = announcement.clone();
    vec![SummaryItem {
        kind,
        vendor,
        headline,
        incident,
        url,
        health,
    }]
}

/// The last announcement of each thing, what goes on first, then in the order of telling.
fn last_words(announcements: &[Announcement]) -> Vec<&Announcement> {
    let last: BTreeMap<_, _> = announcements
        .iter()
        .enumerate()
        .map(|(index, announcement)| {
            let Announcement { vendor, incident, .. } = announcement;
            let subject = Subject::of(announcement.kind);
            // No summary makes another one old.
            let own = if subject == Subject::Summary { index } else { 0 };
            (
                (vendor.clone(), incident.clone(), subject, own),
                (index, announcement),
            )
        })
        .collect();
    let mut last: Vec<(usize, &Announcement)> = last.into_values().collect();
    last.sort_by_key(|(index, announcement)| (is_over(announcement), *index));
    last.into_iter().map(|(_, announcement)| announcement).collect()
}

/// Whether an announcement leaves nothing to worry about.
fn is_over(announcement: &Announcement) -> bool {
    match announcement.kind {
        AnnouncementKind::IncidentResolved
        | AnnouncementKind::IncidentMissed
        | AnnouncementKind::PageBack => true,
        AnnouncementKind::HealthBetter => !announcement.health.is_some_and(Health::is_problem),
        AnnouncementKind::IncidentOpened
        | AnnouncementKind::IncidentEscalated
        | AnnouncementKind::IncidentEased
        | AnnouncementKind::IncidentReopened
        | AnnouncementKind::IncidentUnlisted
        | AnnouncementKind::HealthWorse
        | AnnouncementKind::PageUnreachable
        | AnnouncementKind::PageMoved
        | AnnouncementKind::Baseline
        | AnnouncementKind::CatchUp => false,
    }
}

/// What later announcements of the same vendor and incident make old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Incident,
    Health,
    Reach,
    Address,
    Summary,
}

impl Subject {
    const fn of(kind: AnnouncementKind) -> Self {
        match kind {
            AnnouncementKind::IncidentOpened
            | AnnouncementKind::IncidentEscalated
            | AnnouncementKind::IncidentEased
            | AnnouncementKind::IncidentResolved
            | AnnouncementKind::IncidentReopened
            | AnnouncementKind::IncidentUnlisted
            | AnnouncementKind::IncidentMissed => Self::Incident,
            AnnouncementKind::HealthWorse | AnnouncementKind::HealthBetter => Self::Health,
            AnnouncementKind::PageUnreachable | AnnouncementKind::PageBack => Self::Reach,
            AnnouncementKind::PageMoved => Self::Address,
            AnnouncementKind::Baseline | AnnouncementKind::CatchUp => Self::Summary,
        }
    }
}

#[cfg(test)]
mod tests;
