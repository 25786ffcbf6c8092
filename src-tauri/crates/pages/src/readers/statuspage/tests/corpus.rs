//! Payloads as vendors really served them, held to facts about them.

use super::*;
use crate::health::scoped_health;
use crate::readers::testing::recorded as folder;

#[expect(clippy::unwrap_in_result, reason = "the file is there")]
fn read_file(folder: &Path, file: &str) -> Result<Reading, Unreadable> {
    let body = std::fs::read(folder.join(file)).unwrap();
    let name = Path::new(file).file_stem().unwrap().to_str().unwrap();
    Statuspage.read(&[Document { name, body: &body }], None)
}

/// File, health, overall word, components, incidents, maintenances, coverage.
const READ: &[(&str, &str, &str, usize, usize, usize, &str)] = &[
    (
        "incidentio/cohere-20260723-major-summary",
        "partial_outage",
        "major",
        24,
        1,
        0,
        "complete complete - complete -",
    ),
    (
        "incidentio/hashicorp-2026-summary",
        "degraded",
        "minor",
        25,
        2,
        0,
        "partial complete - complete -",
    ),
    (
        "statuspage-like/fivetran-20260818-status",
        "operational",
        "none",
        0,
        0,
        0,
        "- - - - -",
    ),
    (
        "statuspage/alexnodeland-statusbar-summary",
        "degraded",
        "minor",
        3,
        1,
        0,
        "complete complete - - -",
    ),
    (
        "statuspage/asana-2026-summary",
        "partial_outage",
        "major",
        30,
        0,
        0,
        "complete complete - complete -",
    ),
    (
        "statuspage/atlassian-2026-summary",
        "operational",
        "none",
        0,
        0,
        0,
        "complete complete - complete -",
    ),
    (
        "statuspage/bitbucket-20260731-none-summary",
        "operational",
        "none",
        13,
        1,
        0,
        "complete complete - complete -",
    ),
    (
        "statuspage/box-with-problem-checkplugin-components",
        "degraded",
        "",
        45,
        0,
        0,
        "complete - - - -",
    ),
    (
        "statuspage/cisco-urgentnotices-checkplugin-components",
        "operational",
        "",
        17,
        0,
        0,
        "complete - - - -",
    ),
    (
        "statuspage/ciscokinetic-checkplugin-components",
        "degraded",
        "",
        12,
        0,
        0,
        "complete - - - -",
    ),
    (
        "statuspage/claude-20260729-major-summary",
        "major_outage",
        "major",
        6,
        1,
        0,
        "complete complete - complete -",
    ),
    (
        "statuspage/cloudamqp-2020-maintenance-summary",
        "maintenance",
        "maintenance",
        23,
        0,
        1,
        "complete complete - complete -",
    ),
    (
        "statuspage/cloudflare-2026-summary",
        "degraded",
        "minor",
        467,
        1,
        13,
        "complete complete - complete -",
    ),
    (
        "statuspage/cloudflare-20260729-major-summary",
        "major_outage",
        "major",
        462,
        1,
        16,
        "complete complete - complete -",
    ),
    (
        "statuspage/digitalocean-checkplugin-components",
        "operational",
        "",
        35,
        0,
        0,
        "complete - - - -",
    ),
    (
        "statuspage/github-2023-eight-partial-summary",
        "partial_outage",
        "minor",
        11,
        1,
        0,
        "complete complete - complete -",
    ),
    (
        "statuspage/github-2023-one-partial-summary",
        "partial_outage",
        "minor",
        11,
        1,
        0,
        "complete complete - complete -",
    ),
    (
        "statuspage/github-2026-five-incidents",
        "unknown",
        "",
        0,
        5,
        0,
        "- partial partial - -",
    ),
    (
        "statuspage/github-docsample-2020-summary",
        "partial_outage",
        "major",
        2,
        1,
        2,
        "complete complete - complete -",
    ),
    (
        "statuspage/github-docsample-empty-indicator-no-components-incidents",
        "unknown",
        "",
        0,
        2,
        0,
        "- complete complete - -",
    ),
    (
        "statuspage/github-docsample-one-incident-no-components-incidents-unresolved",
        "unknown",
        "",
        0,
        1,
        0,
        "- complete - - -",
    ),
    (
        "statuspage/github-docsample-one-incident-two-components-critical-summary",
        "partial_outage",
        "major",
        2,
        1,
        2,
        "complete complete - complete -",
    ),
    (
        "statuspage/github-docsample-operational-v2-maintenances-active",
        "unknown",
        "",
        0,
        0,
        1,
        "- - - partial -",
    ),
    (
        "statuspage/github-with-problem-checkplugin-components",
        "partial_outage",
        "",
        10,
        0,
        0,
        "complete - - - -",
    ),
    (
        "statuspage/intercom-checkplugin-components",
        "operational",
        "",
        10,
        0,
        0,
        "complete - - - -",
    ),
    (
        "statuspage/lastpass-checkplugin-components",
        "degraded",
        "",
        3,
        0,
        0,
        "complete - - - -",
    ),
    (
        "statuspage/linode-checkplugin-components",
        "operational",
        "",
        62,
        0,
        0,
        "complete - - - -",
    ),
    (
        "statuspage/linuxfabrik-synthetic-critical-summary",
        "major_outage",
        "critical",
        2,
        1,
        1,
        "complete complete - complete -",
    ),
    (
        "statuspage/newrelic-checkplugin-components",
        "operational",
        "",
        69,
        0,
        0,
        "complete - - - -",
    ),
    (
        "statuspage/qualys-checkplugin-components",
        "major_outage",
        "",
        259,
        0,
        0,
        "complete - - - -",
    ),
    (
        "statuspage/squarespace-checkplugin-components",
        "operational",
        "",
        13,
        0,
        0,
        "complete - - - -",
    ),
];

#[test]
fn every_public_document_is_read_without_a_warning() {
    let Some(folder) = folder() else { return };
    for (file, health, overall, components, incidents, maintenances, covers) in READ {
        let reading =
            read_file(&folder, &format!("{file}.json")).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(reading.warnings, Vec::<String>::new(), "{file}");
        assert_eq!(coverage(&reading), *covers, "{file}");
        assert_eq!(reading.wants.is_empty(), !covers.starts_with("partial"), "{file}");
        let reply = reply(&reading);
        let raw = reply
            .overall
            .as_ref()
            .and_then(|overall| overall.raw.as_deref())
            .unwrap_or_default();
        assert_eq!((reply.health.as_str(), raw), (*health, *overall), "{file}");
        assert_eq!(
            (
                reply.components.len(),
                reply.incidents.len(),
                reply.maintenances.len()
            ),
            (*components, *incidents, *maintenances),
            "{file}"
        );
        let times = |updates: Vec<Option<Timestamp>>| {
            assert!(updates.is_sorted(), "{file}: updates are oldest first");
        };
        reply
            .incidents
            .iter()
            .for_each(|one| times(one.updates.iter().map(|update| update.at).collect()));
        reply
            .maintenances
            .iter()
            .for_each(|one| times(one.updates.iter().map(|update| update.at).collect()));
        assert!(
            reply
                .components
                .iter()
                .all(|component| component.health != Health::Unknown),
            "{file}"
        );
    }
}

#[test]
fn every_other_document_is_refused() {
    let Some(folder) = folder() else { return };
    let mut refused = 0;
    for platform in std::fs::read_dir(&folder)
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
    {
        for file in std::fs::read_dir(platform.path()).unwrap().map(Result::unwrap) {
            let path = file.path();
            let file = path.strip_prefix(&folder).unwrap().to_str().unwrap();
            if READ.iter().any(|(known, ..)| file == format!("{known}.json")) {
                continue;
            }
            let body = std::fs::read(&path).unwrap();
            let document = Document {
                name: file,
                body: &body,
            };
            assert!(!Statuspage.recognises(&document), "{file}");
            let error = Statuspage.read(&[document], None).expect_err(file);
            let is_web_page = matches!(error, Unreadable::WebPage { .. });
            assert_eq!(is_web_page, file.ends_with(".html"), "{file}: {error}");
            assert!(
                is_web_page || matches!(error, Unreadable::OtherShape { .. }),
                "{file}: {error}"
            );
            refused += 1;
        }
    }
    assert!(refused >= 80, "{refused}");
}

#[test]
fn github_in_2023_recovered_from_eight_components_to_one() {
    let Some(folder) = folder() else { return };
    let read = |file: &str| {
        read_file(
            &folder,
            &format!("statuspage/github-2023-{file}-partial-summary.json"),
        )
        .unwrap()
    };
    let (eight, one) = (read("eight"), read("one"));
    let facts = |reading: &Reading| {
        let incident = &reading.snapshot.incidents[0];
        let partial = |health: Option<Health>| health == Some(Health::PartialOutage);
        let at =
            |update: Option<&crate::Update<Phase>>| update.and_then(|update| update.at).unwrap().to_string();
        (
            incident.id.clone(),
            incident.updates.len(),
            incident
                .facts
                .components
                .iter()
                .filter(|named| partial(named.health))
                .count(),
            incident.facts.components.len(),
            at(incident.updates.first()),
            at(incident.updates.last()),
            incident
                .updates
                .iter()
                .map(|update| update.components.len())
                .sum::<usize>(),
        )
    };
    let first = "2023-05-11T13:33:22.847Z".to_owned();
    let id = "nf7s6933tnn8".to_owned();
    assert_eq!(
        facts(&eight),
        (
            id.clone(),
            6,
            8,
            8,
            first.clone(),
            "2023-05-11T14:02:28.459Z".to_owned(),
            23
        )
    );
    assert_eq!(
        facts(&one),
        (id, 11, 1, 8, first, "2023-05-11T15:20:25.741Z".to_owned(), 39)
    );

    let incident = &reply(&one).incidents[0];
    assert_eq!(
        (incident.impact, incident.phase),
        (Impact::Minor, Phase::Investigating)
    );
    assert_eq!(incident.started_at, "2023-05-11T13:33:22.798Z".parse().ok());
    assert_eq!(
        incident.url.as_deref(),
        Some("https://www.githubstatus.com/incidents/nf7s6933tnn8")
    );

    // Together they are one page, told by the later one.
    let bodies = ["eight", "one"].map(|file| {
        std::fs::read(folder.join(format!("statuspage/github-2023-{file}-partial-summary.json"))).unwrap()
    });
    for order in [[0, 1], [1, 0]] {
        let documents = order.map(|at: usize| Document {
            name: "summary",
            body: &bodies[at],
        });
        let both = Statuspage.read(&documents, None).unwrap();
        assert_eq!(both.snapshot, one.snapshot);
    }
}

#[test]
fn a_scope_of_cloudflares_page_has_the_health_of_its_own_leaves() {
    let Some(folder) = folder() else { return };
    let snapshot = read_file(&folder, "statuspage/cloudflare-2026-summary.json")
        .unwrap()
        .snapshot;
    let partial: Vec<_> = snapshot
        .components
        .iter()
        .filter(|one| one.health == Health::PartialOutage)
        .collect();
    assert_eq!(partial.len(), 28);
    assert!(
        snapshot
            .components
            .iter()
            .filter(|one| !one.group.is_empty())
            .count()
            > 400
    );
    let scope = |id: &str| scoped_health(&snapshot, &[id.to_owned()].into());
    assert_eq!(scope(&partial[0].id), Health::PartialOutage);
    let going_on: Vec<_> = snapshot
        .maintenances
        .iter()
        .filter(|one| one.facts.phase.is_in_progress())
        .collect();
    assert_eq!(going_on.len(), 1);
    let maintained = going_on[0].facts.components[0].id.clone().unwrap();
    assert_eq!(scope(&maintained), Health::Maintenance);
    assert_eq!(going_on[0].facts.starts_at, "2026-04-21T06:00:00Z".parse().ok());
    assert_eq!(
        going_on[0].facts.actual_start,
        "2026-04-21T06:00:07.359Z".parse().ok()
    );
    let announced = snapshot.maintenances[0].facts.components[0].id.clone().unwrap();
    assert_eq!(scope(&announced), Health::Operational);
}

#[test]
fn facts_of_single_payloads_hold() {
    let Some(folder) = folder() else { return };
    let read = |file: &str| reply(&read_file(&folder, &format!("{file}.json")).unwrap());

    let claude = read("statuspage/claude-20260729-major-summary");
    let incident = &claude.incidents[0];
    assert_eq!(
        (incident.impact, incident.phase),
        (Impact::Critical, Phase::Investigating)
    );
    assert!(
        incident
            .components
            .iter()
            .all(|named| named.health == Some(Health::MajorOutage))
    );
    let moves: Vec<_> = incident.updates[0]
        .components
        .iter()
        .map(|one| (one.from, one.to))
        .collect();
    assert_eq!(moves, [(Health::Operational, Health::MajorOutage); 4]);

    let bitbucket = read("statuspage/bitbucket-20260731-none-summary");
    assert_eq!(
        (bitbucket.incidents[0].impact, bitbucket.incidents[0].phase),
        (Impact::None, Phase::Monitoring)
    );

    let hashicorp = read("incidentio/hashicorp-2026-summary");
    assert_eq!(
        hashicorp
            .incidents
            .iter()
            .map(|one| one.updates.len())
            .collect::<Vec<_>>(),
        [6, 10]
    );
    assert_eq!(
        hashicorp.incidents[0].started_at,
        "2026-04-20T13:40:51Z".parse().ok()
    );
    assert_eq!(
        hashicorp.incidents[1].updates[9].at,
        "2026-04-20T09:36:29Z".parse().ok()
    );
    assert_eq!(
        hashicorp.incidents[0].url.as_deref(),
        Some("https://status.hashicorp.com/incidents/01KPNHYNZFZYTC5W5D1AH07WB5")
    );

    let cohere = read("incidentio/cohere-20260723-major-summary");
    assert!(
        cohere.incidents[0].updates[0]
            .text
            .contains("Dashboard (dashboard.cohere.com). Users")
    );

    let amqp = read("statuspage/cloudamqp-2020-maintenance-summary");
    let maintenance = &amqp.maintenances[0];
    assert_eq!(maintenance.phase, MaintenancePhase::InProgress);
    assert_eq!(maintenance.starts_at, "2020-07-16T21:00:00Z".parse().ok());
    assert_eq!(maintenance.ends_at, "2020-07-16T23:00:00Z".parse().ok());
    assert_eq!(maintenance.actual_start, "2020-07-16T21:10:37.506Z".parse().ok());
    assert_eq!(maintenance.components[0].health, Some(Health::Maintenance));
    assert_eq!(maintenance.updates[1].components[0].to, Health::Maintenance);

    let five = read("statuspage/github-2026-five-incidents");
    assert_eq!(five.page.id, None);
    assert_eq!(
        five.incidents
            .iter()
            .map(|one| one.updates.len())
            .collect::<Vec<_>>(),
        [4, 7, 4, 3, 6]
    );
    assert!(
        five.incidents
            .iter()
            .all(|one| one.phase == Phase::Resolved && one.resolved_at.is_some())
    );
    assert_eq!(five.incidents[4].impact, Impact::Critical);
    let mut updates = five.incidents.iter().flat_map(|one| &one.updates);
    assert!(
        updates.any(|update| update.text.contains(".\n\nWe will")),
        "a `<br />` breaks the line"
    );
    assert_eq!(
        five.incidents[0]
            .url
            .as_deref()
            .map(|url| url.starts_with("https://stspg.io/")),
        Some(true)
    );

    let sample = read("statuspage/github-docsample-2020-summary");
    let [next, running] = sample.maintenances.as_slice() else {
        panic!("two maintenances")
    };
    assert_eq!(
        (next.phase, running.phase),
        (MaintenancePhase::Scheduled, MaintenancePhase::InProgress)
    );
    assert_eq!(running.starts_at, "2014-05-14T20:30:00Z".parse().ok());
    assert_eq!(running.actual_start, "2014-05-14T20:34:20.036Z".parse().ok());
    assert_eq!(
        sample.incidents[0].started_at,
        "2014-05-14T20:22:39.441Z".parse().ok()
    );

    let asana = read("statuspage/asana-2026-summary");
    let app = asana
        .components
        .iter()
        .find(|one| one.health == Health::MajorOutage)
        .unwrap();
    assert_eq!(
        (app.name.as_str(), app.group.as_slice()),
        ("App", &["EU".to_owned()][..])
    );

    let qualys = read("statuspage/qualys-checkplugin-components");
    assert_eq!(
        qualys
            .components
            .iter()
            .filter(|one| one.group.len() == 1)
            .count(),
        258
    );
    assert_eq!(
        qualys
            .components
            .iter()
            .filter(|one| one.health == Health::Maintenance)
            .count(),
        4
    );

    let fivetran = read_file(&folder, "statuspage-like/fivetran-20260818-status.json").unwrap();
    assert_eq!(
        fivetran.snapshot.updated_at,
        "2026-08-18T19:31:13.976357Z".parse().ok()
    );
}
