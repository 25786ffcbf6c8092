//! Views as an engine would give them, written by hand.

use signalbox_channels::{Announcement, AnnouncementKind, Urgency};
use signalbox_engine::api::*;
use signalbox_pages::{Health, Impact, MaintenancePhase, Phase};

use super::{NOW, time};

pub(crate) fn engine() -> EngineView {
    EngineView {
        running: true,
        version: "0.1.0".to_owned(),
        pid: Some(4321),
        heartbeat_at: Some(time("2026-11-19T08:59:58Z")),
        offline_since: None,
        store_trouble: None,
        paused: None,
    }
}

pub(crate) fn well(vendor: &str, host: &str) -> VendorView {
    VendorView {
        vendor: vendor.to_owned(),
        page: format!("https://{host}/"),
        page_name: Some(vendor.to_owned()),
        platform: Some("statuspage".to_owned()),
        platform_name: Some("Atlassian Statuspage".to_owned()),
        incidents_only: false,
        doubts: Vec::new(),
        shown: Health::Operational,
        stale: false,
        shown_reason: None,
        reported: Some(Health::Operational),
        overall_raw: Some("none".to_owned()),
        overall_description: Some("All Systems Operational".to_owned()),
        read_at: Some(time("2026-11-19T08:59:20Z")),
        asked_at: Some(time("2026-11-19T08:59:20Z")),
        health_since: Some(time("2026-11-12T10:00:00Z")),
        source: SourceState::Fresh,
        source_reason: None,
        missed: None,
        counted: true,
        accepted_unreadable: false,
        muted_until: None,
        scope: ScopeCount { chosen: 11, of: 11 },
        troubled: Vec::new(),
        incidents: Vec::new(),
        maintenances: Vec::new(),
        locked: None,
    }
}

pub(crate) fn component(id: &str, name: &str, group: &[&str], health: Health) -> ComponentView {
    ComponentView {
        id: id.to_owned(),
        name: name.to_owned(),
        group: group.iter().map(|&name| name.to_owned()).collect(),
        health,
        raw: Some(health.as_str().to_owned()),
        since: Some(time("2026-11-19T08:19:00Z")),
        in_scope: true,
    }
}

pub(crate) fn incident() -> IncidentView {
    IncidentView {
        id: "k2v7r0hs3lpq".to_owned(),
        vendor: "GitHub".to_owned(),
        watched: true,
        title: "Workflow runs are delayed".to_owned(),
        impact: Impact::Major,
        phase: Phase::Identified,
        open: true,
        listed: true,
        started_at: Some(time("2026-11-19T08:19:00Z")),
        resolved_at: None,
        first_recorded_at: time("2026-11-19T08:20:11Z"),
        last_word_at: Some(time("2026-11-19T08:48:00Z")),
        last_word: Some("A queue is full.".to_owned()),
        updates: 3,
        url: Some("https://www.githubstatus.com/incidents/k2v7r0hs3lpq".to_owned()),
        components: vec!["Actions".to_owned(), "Pages".to_owned()],
        component_ids: vec![Some("c1".to_owned()), None],
        acknowledged: false,
        muted_until: None,
    }
}

pub(crate) fn past_incident() -> IncidentView {
    IncidentView {
        id: "p9x1".to_owned(),
        vendor: "Stripe".to_owned(),
        title: "Elevated error rates when confirming payments with some cards issued in the north".to_owned(),
        impact: Impact::Critical,
        phase: Phase::Resolved,
        open: false,
        started_at: Some(time("2026-11-15T17:00:00Z")),
        resolved_at: Some(time("2026-11-17T10:04:00Z")),
        first_recorded_at: time("2026-11-15T17:02:00Z"),
        last_word_at: Some(time("2026-11-17T10:04:00Z")),
        url: None,
        components: vec!["Payments API".to_owned()],
        ..incident()
    }
}

pub(crate) fn maintenance() -> MaintenanceView {
    MaintenanceView {
        id: "m4".to_owned(),
        vendor: "Atlassian".to_owned(),
        watched: true,
        title: "Database upgrade".to_owned(),
        phase: MaintenancePhase::InProgress,
        listed: true,
        starts_at: Some(time("2026-11-19T06:00:00Z")),
        ends_at: Some(time("2026-11-19T08:30:00Z")),
        overrunning: true,
        url: None,
        components: vec!["Jira".to_owned()],
    }
}

pub(crate) fn github() -> VendorView {
    VendorView {
        shown: Health::PartialOutage,
        reported: Some(Health::PartialOutage),
        overall_raw: Some("major".to_owned()),
        health_since: Some(time("2026-11-19T08:20:11Z")),
        troubled: vec![
            component("c1", "Actions", &[], Health::PartialOutage),
            component("c2", "Pages", &["Hosting"], Health::Degraded),
        ],
        incidents: vec![incident()],
        ..well("GitHub", "www.githubstatus.com")
    }
}

/// A problem whose page has not been read for three hours.
pub(crate) fn stale() -> VendorView {
    VendorView {
        shown: Health::Degraded,
        stale: true,
        shown_reason: Some("Not read for 3 h".to_owned()),
        reported: Some(Health::Degraded),
        read_at: Some(time("2026-11-19T06:00:00Z")),
        source: SourceState::Unreachable,
        source_reason: Some("The page does not answer: connection refused".to_owned()),
        ..well("Fastly", "www.fastlystatus.com")
    }
}

/// A page that was well when it was last read, too long ago to say how it is.
pub(crate) fn decayed() -> VendorView {
    VendorView {
        shown: Health::Unknown,
        stale: true,
        shown_reason: Some("The page answers with a web page (\u{201c}Sign in\u{201d}), not data".to_owned()),
        read_at: Some(time("2026-11-19T05:56:00Z")),
        source: SourceState::Unreadable,
        source_reason: Some(
            "The page answers with a web page (\u{201c}Sign in\u{201d}), not data".to_owned(),
        ),
        ..well("Zoom", "status.zoom.us")
    }
}

pub(crate) fn pending() -> VendorView {
    VendorView {
        page_name: None,
        platform: None,
        platform_name: None,
        shown: Health::Unknown,
        shown_reason: Some("Not read yet".to_owned()),
        reported: None,
        overall_raw: None,
        overall_description: None,
        read_at: None,
        asked_at: None,
        health_since: None,
        source: SourceState::Pending,
        scope: ScopeCount { chosen: 0, of: 0 },
        ..well("Linear", "linearstatus.com")
    }
}

pub(crate) fn in_maintenance() -> VendorView {
    VendorView {
        shown: Health::Maintenance,
        reported: Some(Health::Maintenance),
        maintenances: vec![maintenance()],
        scope: ScopeCount { chosen: 2, of: 40 },
        muted_until: Some(time("2026-11-19T17:00:00Z")),
        locked: Some("team.toml".to_owned()),
        ..well("Atlassian", "status.atlassian.com")
    }
}

pub(crate) fn status(vendors: Vec<VendorView>) -> StatusView {
    let names: Vec<String> = vendors
        .iter()
        .filter(|vendor| vendor.counted && vendor.shown.is_problem())
        .map(|vendor| vendor.vendor.clone())
        .collect();
    StatusView {
        at: time(NOW),
        engine: engine(),
        tray: vendors
            .iter()
            .map(|vendor| vendor.shown)
            .filter(|health| health.is_problem())
            .fold(Health::Operational, Health::worse),
        tray_incomplete: vendors
            .iter()
            .any(|vendor| vendor.stale || !vendor.shown.is_known()),
        summary: if names.is_empty() {
            "Everything that counts is well".to_owned()
        } else {
            format!(
                "{} of {} vendors have problems: {}",
                names.len(),
                vendors.len(),
                names.join(", ")
            )
        },
        vendors,
    }
}

pub(crate) fn several() -> StatusView {
    status(vec![
        github(),
        stale(),
        decayed(),
        pending(),
        in_maintenance(),
        VendorView {
            counted: false,
            ..well("Old thing", "status.old.example")
        },
        well("Stripe", "status.stripe.com"),
    ])
}

fn update(id: &str, phase: &str, at: &str, text: &str) -> UpdateView {
    UpdateView {
        id: id.to_owned(),
        phase: phase.to_owned(),
        phase_raw: Some(phase.to_owned()),
        at: Some(time(at)),
        recorded_at: time(at),
        edited_at: None,
        text: text.to_owned(),
        deleted: false,
        components: Vec::new(),
        earlier: Vec::new(),
    }
}

pub(crate) fn detail() -> IncidentDetailView {
    let again = "We are continuing to investigate this issue.";
    IncidentDetailView {
        incident: Some(incident()),
        maintenance: None,
        updates: vec![
            UpdateView {
                components: vec![TransitionView {
                    id: Some("c1".to_owned()),
                    name: "Actions".to_owned(),
                    from: Health::Operational,
                    from_raw: Some("operational".to_owned()),
                    to: Health::PartialOutage,
                    to_raw: Some("partial_outage".to_owned()),
                }],
                ..update(
                    "u1",
                    "investigating",
                    "2026-11-19T08:19:00Z",
                    "We are investigating reports that workflow runs start late for some customers, and that their \
                     logs do not appear until a run has ended.\n\nWe will write again within 30 minutes.",
                )
            },
            update("u2", "investigating", "2026-11-19T08:25:00Z", again),
            update("u3", "investigating", "2026-11-19T08:31:00Z", again),
            update("u4", "investigating", "2026-11-19T08:40:00Z", again),
            UpdateView {
                earlier: vec![EarlierTextView {
                    recorded_at: time("2026-11-19T08:45:00Z"),
                    phase: "identified".to_owned(),
                    text: "A queue in one region is full.".to_owned(),
                }],
                edited_at: Some(time("2026-11-19T08:52:00Z")),
                ..update(
                    "u5",
                    "identified",
                    "2026-11-19T08:44:00Z",
                    "A queue in two regions is full. \u{1b}[2J\u{202e}Runs start\u{9b}31m again.",
                )
            },
            UpdateView {
                deleted: true,
                ..update("u6", "identified", "2026-11-19T08:48:00Z", "")
            },
        ],
        revisions: vec![
            RevisionView {
                recorded_at: time("2026-11-19T08:20:11Z"),
                title: "Workflow runs are slow".to_owned(),
                impact: Some(Impact::Minor),
                phase: "investigating".to_owned(),
                components: vec!["Actions".to_owned()],
                listed: true,
            },
            RevisionView {
                recorded_at: time("2026-11-19T08:45:00Z"),
                title: "Workflow runs are delayed".to_owned(),
                impact: Some(Impact::Major),
                phase: "identified".to_owned(),
                components: vec!["Actions".to_owned(), "Pages".to_owned()],
                listed: true,
            },
        ],
        postmortem: None,
    }
}

pub(crate) fn at() -> AtView {
    let quiet = MomentView {
        health: Health::Operational,
        troubled: Vec::new(),
        incidents: Vec::new(),
        maintenances: Vec::new(),
    };
    let trouble = MomentView {
        health: Health::MajorOutage,
        troubled: vec![component("c9", "Payments API", &["API"], Health::MajorOutage)],
        incidents: vec![past_incident()],
        maintenances: vec![maintenance()],
    };
    let vendor = |name: &str| VendorAtView {
        vendor: name.to_owned(),
        page: format!("https://status.{name}.example/"),
        watched_since: Some(time("2026-10-01T00:00:00Z")),
        observed: true,
        awaiting_since: None,
        known_then: Some(quiet.clone()),
        known_now: Some(quiet.clone()),
    };
    AtView {
        time: time("2026-11-17T13:32:00Z"),
        vendors: vec![
            VendorAtView {
                known_now: Some(trouble),
                ..vendor("Stripe")
            },
            VendorAtView {
                observed: false,
                known_now: None,
                ..vendor("Fastly")
            },
            vendor("GitHub"),
            VendorAtView {
                watched_since: Some(time("2026-11-18T09:00:00Z")),
                observed: false,
                known_then: None,
                known_now: None,
                ..vendor("Zoom")
            },
        ],
    }
}

pub(crate) fn scope() -> ScopeView {
    ScopeView {
        vendor: "Example Cloud".to_owned(),
        chosen: true,
        components: vec![
            component("a1", "Website", &[], Health::Operational),
            component("b1", "API", &["Prod1 (US)"], Health::Degraded),
            ComponentView {
                in_scope: false,
                ..component("b2", "Console", &["Prod1 (US)"], Health::Operational)
            },
            ComponentView {
                in_scope: false,
                ..component("b3", "API", &["Prod2 (EU)", "West"], Health::Unknown)
            },
        ],
        missing: vec!["zz9".to_owned()],
        upstream: vec![UpstreamView {
            component: "PubNub".to_owned(),
            vendor: "PubNub".to_owned(),
            page: "https://status.pubnub.com/".to_owned(),
            watched: false,
        }],
    }
}

pub(crate) fn uptime() -> UptimeView {
    UptimeView {
        vendor: "GitHub".to_owned(),
        from: time("2026-10-20T09:00:00Z"),
        until: time(NOW),
        components: vec![
            ComponentUptimeView {
                id: "c1".to_owned(),
                name: "Actions".to_owned(),
                observed: 0.9312,
                up: Some(0.999_961),
                seconds: vec![
                    HealthSeconds {
                        health: Health::Operational,
                        seconds: 2_400_000,
                    },
                    HealthSeconds {
                        health: Health::Degraded,
                        seconds: 7_440,
                    },
                    HealthSeconds {
                        health: Health::PartialOutage,
                        seconds: 2_460,
                    },
                ],
            },
            ComponentUptimeView {
                id: "c2".to_owned(),
                name: "Codespaces".to_owned(),
                observed: 0.0,
                up: None,
                seconds: Vec::new(),
            },
        ],
    }
}

pub(crate) fn search() -> SearchView {
    SearchView {
        finds: vec![FindView {
            vendor: "GitHub".to_owned(),
            event: "k2v7r0hs3lpq".to_owned(),
            title: "Workflow runs are delayed".to_owned(),
            at: time("2026-11-19T08:44:00Z"),
            excerpt:
                "\u{2026}A queue in two regions is full. Runs start again, but those that were waiting may \
                      need another hour to be worked off\u{2026}"
                    .to_owned(),
        }],
        more: true,
    }
}

pub(crate) fn catalogue(updated: bool) -> CatalogueView {
    CatalogueView {
        vendors: 3234,
        categories: 33,
        updated,
    }
}

pub(crate) fn vendors() -> VendorsView {
    let listed = |name: &str, page: &str| ListedView {
        slug: name.to_lowercase(),
        name: name.to_owned(),
        aliases: Vec::new(),
        category: "developer-tools".to_owned(),
        domain: Some(format!("{}.com", name.to_lowercase())),
        page: page.to_owned(),
        platform: Some("statuspage".to_owned()),
        platform_name: Some("Atlassian Statuspage".to_owned()),
        own: false,
        watched: false,
        matched: MatchedBy::Name,
        alias: None,
        exact: false,
    };
    VendorsView {
        vendors: vec![
            ListedView {
                aliases: vec!["gh".to_owned()],
                matched: MatchedBy::Alias,
                alias: Some("gh".to_owned()),
                exact: true,
                ..listed("GitHub", "https://www.githubstatus.com")
            },
            ListedView {
                watched: true,
                platform: Some("unheard".to_owned()),
                platform_name: Some("unheard".to_owned()),
                ..listed("Ghost", "https://status.ghost.org")
            },
            ListedView {
                own: true,
                domain: None,
                platform: None,
                platform_name: None,
                ..listed("Ghent\u{1b}[2J", "https://status.ghent.example/eu")
            },
        ],
        more: true,
        catalogue: catalogue(false),
        trouble: None,
    }
}

pub(crate) fn doctor() -> DoctorView {
    DoctorView {
        findings: vec![
            FindingView {
                level: FindingLevel::Bad,
                subject: "Zoom".to_owned(),
                text: "The page answers with a web page, not data. Open it in a browser; if it has moved, remove it \
                       and add the new address."
                    .to_owned(),
            },
            FindingView {
                level: FindingLevel::Note,
                subject: "engine".to_owned(),
                text: "No engine is running.".to_owned(),
            },
            FindingView {
                level: FindingLevel::Good,
                subject: "store".to_owned(),
                text: "Whole, 3 MB.".to_owned(),
            },
        ],
    }
}

pub(crate) fn announcement() -> Announcement {
    Announcement {
        key: "page-1/k2v7r0hs3lpq/opened".to_owned(),
        kind: AnnouncementKind::IncidentOpened,
        urgency: Urgency::High,
        vendor: Some("GitHub".to_owned()),
        headline: "GitHub: Workflow runs are delayed".to_owned(),
        body: "We are investigating reports that workflow runs start late.".to_owned(),
        incident: Some("k2v7r0hs3lpq".to_owned()),
        url: Some("https://www.githubstatus.com/incidents/k2v7r0hs3lpq".to_owned()),
        health: Some(Health::PartialOutage),
        impact: Some(Impact::Major),
        recorded_at: time("2026-11-19T08:58:00Z"),
        happened_at: Some(time("2026-11-19T08:19:00Z")),
        items: Vec::new(),
    }
}
