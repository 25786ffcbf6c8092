//! Pages of a given size, for benchmarks.

use super::{Component, Incident, StatuspageBody, Update};

const PLACES: [&str; 8] = [
    "Lisbon", "Oslo", "Osaka", "Quito", "Perth", "Turin", "Accra", "Boise",
];
const THINGS: [&str; 12] = [
    "Gateway",
    "Billing",
    "Search",
    "Webhooks",
    "Console",
    "Uploads",
    "Queues",
    "Sign-in",
    "Reports",
    "Mail relay",
    "Build runners",
    "Object store",
];
const SENTENCES: [&str; 6] = [
    "Requests to this part take longer than they should.",
    "A change of ours made part of the fleet run out of connections.",
    "The change has been taken back and numbers are falling.",
    "We watch the queues drain before we call this over.",
    "All numbers are back where they were this morning.",
    "Nobody needs to do anything on their side.",
];

/// More bytes than a row of a component without description has.
const LONGEST_ROW: usize = 420;

pub(super) fn page(index: usize, bytes: usize) -> StatuspageBody {
    let mut random = fastrand::Rng::with_seed(index as u64);
    let mut body =
        StatuspageBody::new(format!("Vendor {index:05}")).url(format!("https://status-{index:05}.example"));
    for past in 0..4 {
        body = body.incident(incident(&mut random, index, past, true));
    }
    let has_trouble = index.is_multiple_of(10);
    if has_trouble {
        let ongoing = incident(&mut random, index, 4, false).affects(format!("c{index:05}x001"));
        body = body.incident(ongoing);
    }

    let length = |body: &StatuspageBody| body.summary("").to_string().len();
    // The last component's description fills up what is missing, so stop where that has room. The estimate may be
    // too great by a few bytes a row, never too small.
    let room_for_the_last = 500;
    let mut estimate = length(&body) + room_for_the_last;
    let mut group = String::new();
    for place in 0.. {
        if let Some(newest) = body.components.last() {
            estimate += body.component_row(place, newest).to_string().len() + newest.id.len() + 4;
        }
        if estimate + LONGEST_ROW > bytes {
            break;
        }
        let id = format!("c{index:05}x{place:03}");
        if place % 9 == 0 {
            group.clone_from(&id);
            body.components.push(Component {
                id,
                name: format!("{} {}", pick(&mut random, &PLACES), place / 9 + 1),
                is_group: true,
                ..Component::default()
            });
            continue;
        }
        let status = if has_trouble && place == 1 {
            "degraded_performance"
        } else {
            "operational"
        };
        let name = format!("{} {place}", pick(&mut random, &THINGS));
        body.components
            .push(Component::new(id, name, status).within(&group));
    }
    let last = Component::new(format!("c{index:05}xend"), "Everything else", "operational").description("");
    body.components.push(last);
    let missing = bytes.saturating_sub(length(&body));
    if let Some(last) = body.components.last_mut() {
        last.description = Some(SENTENCES.join(" ").chars().cycle().take(missing).collect());
    }
    body
}

fn incident(random: &mut fastrand::Rng, index: usize, number: usize, is_over: bool) -> Incident {
    let id = |what: &str| format!("{what}{index:05}n{number}");
    let at = |minute: usize| format!("2026-11-{:02}T{:02}:{minute:02}:00.000Z", number + 1, index % 24);
    let title = format!("{} is slow in {}", pick(random, &THINGS), pick(random, &PLACES));
    let phases = ["investigating", "identified", "monitoring", "resolved"];
    let count = if is_over { 4 } else { 2 };
    let updates = phases.iter().take(count).enumerate().map(|(step, phase)| {
        let text = format!("{} {}", pick(random, &SENTENCES), pick(random, &SENTENCES));
        Update::new(id(&format!("u{step}")), *phase, text).at(at(step * 12))
    });
    let updates = updates.collect();
    Incident {
        updates,
        ..Incident::new(id("i"), title)
    }
}

fn pick<'a>(random: &mut fastrand::Rng, words: &[&'a str]) -> &'a str {
    random.choice(words).copied().unwrap_or_default()
}
