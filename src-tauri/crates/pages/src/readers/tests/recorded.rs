//! Every recorded payload, as `signalbox read FILE` takes it: which platform it is told to be of and what it says, or why
//! it is refused. What stands here was judged by looking at the payloads, so that a new one must be judged as well.

use std::collections::BTreeMap;

use super::*;
use crate::contract::{ErrorCode, ReadError};
use crate::readers::encoding::text_of;
use crate::readers::testing::{all_recorded, recorded};
use crate::words::Phase;

/// File | platform | health | components | open incidents of all | maintenances | warnings | the words in the payload that
/// tell of trouble, none where it tells of none now. Or: file | why it is refused.
const PAYLOADS: &str = r#"
apple/developer-ongoing-system_status.json                                       | apple       | maintenance    |   33 | 0/8   |  2 | 0 | "eventStatus": "ongoing"
apple/statusbuddy-customer-no-issues-system-status.json                          | apple       | operational    |   65 | 0/0   |  0 | 0 |
apple/statusbuddy-developer-no-issues-system-status.json                         | apple       | operational    |   38 | 0/0   |  0 | 0 |
aws/currentevents-20260801-currentevents.json                                    | aws         | partial_outage |  284 | 2/2   |  0 | 0 | "status":"3"
azure/clear-2026-rss.xml                                                         | azure       | operational    |    0 | 0/0   |  0 | 0 |
azure/westus-20260723-early-rss.xml                                              | azure       | degraded       |    0 | 1/1   |  0 | 0 | Issues connecting to resources in West US
azure/westus-20260723-rss.xml                                                    | azure       | degraded       |    0 | 1/1   |  0 | 0 | Issues connecting to resources in West US
betterstack/algora-incident-index.json                                           | betterstack | partial_outage |    3 | 1/1   |  0 | 4 | "aggregate_state": "downtime"
betterstack/buildjet-good-page.html                                              | a web page
betterstack/eyloo-major-page.html                                                | a web page
cachet/v2-goclient--components.json                                              | cachet2     | operational    |    1 | 0/0   |  0 | 0 |
cachet/v2-goclient--groups.json                                                  | cachet2     | unknown        |    0 | 0/0   |  0 | 0 |
cachet/v2-goclient--schedules.json                                               | cachet2     | unknown        |    0 | 0/0   |  1 | 1 |
cachet/v2-goclient-1-status.json                                                 | no page
cachet/v2-goclient-2-status.json                                                 | cachet2     | degraded       |    0 | 0/0   |  0 | 0 | Some systems are experiencing issues
checkly/mistral-20260727-unresolved-incidents.json                               | checkly     | unknown        |    0 | 1/1   |  0 | 0 | "lastUpdateStatus":"INVESTIGATING"
checkly/synthetic-unresolved-incidents.json                                      | checkly     | unknown        |    0 | 2/2   |  0 | 0 | Deep Research is down.
cstate/torproject-issues-seWithIssues-index.json                                 | cstate      | partial_outage |   15 | 1/1   |  0 | 0 | "summaryStatus": "disrupted"
firehydrant/redis-2026-payload.json                                              | firehydrant | operational    |    6 | 0/3   |  1 | 0 |
gatus/alexnodeland-statusbar-endpoints-statuses.json                             | gatus       | partial_outage |    3 | 0/0   |  0 | 0 | "status": 500
gcp/gcp-202607-incidents.json                                                    | google      | operational    |    0 | 0/4   |  0 | 0 |
gcp/incidents-2022-incidents.json                                                | google      | operational    |    0 | 0/157 |  0 | 0 |
heroku/2019-incident-current-status.json                                         | heroku      | degraded       |    3 | 1/1   |  0 | 0 | "status": "yellow"
hyperping/lempire-20260803-status.json                                           | hyperping   | operational    |    0 | 0/0   |  0 | 0 |
incidentio/aiven-minor-embedded-summary.json                                     | incidentio  | partial_outage |    2 | 1/1   |  0 | 0 | "status": "partial_outage"
incidentio/aiven-minor-page.html                                                 | a web page
incidentio/cohere-20260723-major-summary.json                                    | statuspage  | partial_outage |   24 | 1/1   |  0 | 0 | "indicator":"major"
incidentio/hashicorp-2026-summary.json                                           | statuspage  | degraded       |   25 | 2/2   |  0 | 0 | "indicator":"minor"
incidentio/linear-good-embedded-summary.json                                     | incidentio  | operational    |    6 | 0/0   |  0 | 0 |
incidentio/linear-good-page.html                                                 | a web page
incidentio/miro-good-embedded-summary.json                                       | incidentio  | operational    |    6 | 0/0   |  0 | 0 |
incidentio/openai-2026-page-page.html                                            | a web page
incidentio/openai-major-page.html                                                | a web page
incidentio/rollbar-good-embedded-summary.json                                    | incidentio  | operational    |   12 | 0/0   |  0 | 0 |
incidentio/rollbar-good-page.html                                                | a web page
infomaniak/enhancement-network-maintenance-events.json                           | infomaniak  | unknown        |    0 | 0/0   |  1 | 1 |
infomaniak/impacting-in-progress-events.json                                     | infomaniak  | degraded       |    0 | 1/4   |  1 | 0 | "status": "inprogress"
infomaniak/impacting-mail-completed-events.json                                  | infomaniak  | unknown        |    0 | 0/4   |  1 | 0 |
instatus/mastodonsocial-major-embedded-props.json                                | no page
instatus/perplexity-20260723-major-summary.json                                  | instatus    | partial_outage |    0 | 1/1   |  0 | 0 | "status":"ONEMAJOROUTAGE"
instatus/splitwise-20260811-v2-components.json                                   | instatus    | operational    |    3 | 0/0   |  0 | 0 |
instatus/whereby-good-embedded-props.json                                        | no page
instatus/whereby-good-page.html                                                  | a web page
pagerduty/pagerduty-good-embedded-data.json                                      | pagerduty   | operational    |   64 | 0/80  |  0 | 0 |
pagerduty/pagerduty-minor-embedded-data.json                                     | pagerduty   | degraded       |   64 | 1/81  |  0 | 0 | Inconsistent Service Statuses
pagerduty/pagerduty-minor-page.html                                              | pagerduty   | degraded       |   64 | 1/81  |  0 | 0 | Inconsistent Service Statuses
salesforce/2020-incident-instances-status-preview.json                           | salesforce  | degraded       | 1331 | 1/1   |  0 | 0 | MINOR_INCIDENT_CORE
sap-concur/travel-disruption-status_history.json                                 | concur      | partial_outage |    7 | 1/1   |  0 | 0 | "severity": "disruption"
slack/slack-20260626-current.json                                                | slack       | operational    |    0 | 0/0   |  0 | 0 |
slack/slack-20260626-history.json                                                | slack       | unknown        |    0 | 0/3   |  0 | 0 |
statuscast/campaignmonitor-20260811-summary.json                                 | statuscast  | operational    |    0 | 0/0   |  0 | 0 |
statusio/docs-incident-and-maintenance-status.json                               | statusio    | maintenance    |    3 | 1/1   |  2 | 0 | Investigating authentication errors.
statusio/gitlab-2020-maintenance-status.json                                     | statusio    | maintenance    |   15 | 1/1   |  1 | 0 | 500 Error - User Notification Settings
statusio/gitlab-2026-status.json                                                 | statusio    | operational    |   24 | 0/0   |  0 | 0 |
statusiq/kobv-major-outage-rss.xml                                               | statusiq    | major_outage   |    9 | 0/0   |  0 | 0 | GVI via SRU is Major Outage
statusiq/trustid-empty-rss.xml                                                   | statusiq    | unknown        |    0 | 0/0   |  0 | 0 |
statusiq/trustid-operational-rss.xml                                             | statusiq    | operational    |    6 | 0/0   |  0 | 0 |
statuspage-like/fivetran-20260818-status.json                                    | statuspage  | operational    |    0 | 0/0   |  0 | 0 |
statuspage/alexnodeland-statusbar-summary.json                                   | statuspage  | degraded       |    3 | 1/1   |  0 | 0 | degraded_performance
statuspage/asana-2026-summary.json                                               | statuspage  | partial_outage |   30 | 0/0   |  0 | 0 | major_outage
statuspage/atlassian-2026-summary.json                                           | statuspage  | operational    |    0 | 0/0   |  0 | 0 |
statuspage/bitbucket-20260731-none-summary.json                                  | statuspage  | operational    |   13 | 1/1   |  0 | 0 |
statuspage/box-with-problem-checkplugin-components.json                          | statuspage  | degraded       |   45 | 0/0   |  0 | 0 | degraded_performance
statuspage/cisco-urgentnotices-checkplugin-components.json                       | statuspage  | operational    |   17 | 0/0   |  0 | 0 |
statuspage/ciscokinetic-checkplugin-components.json                              | statuspage  | degraded       |   12 | 0/0   |  0 | 0 | degraded_performance
statuspage/claude-20260729-major-summary.json                                    | statuspage  | major_outage   |    6 | 1/1   |  0 | 0 | major_outage
statuspage/cloudamqp-2020-maintenance-summary.json                               | statuspage  | maintenance    |   23 | 0/0   |  1 | 0 | under_maintenance
statuspage/cloudflare-2026-summary.json                                          | statuspage  | degraded       |  467 | 1/1   | 13 | 0 | partial_outage
statuspage/cloudflare-20260729-major-summary.json                                | statuspage  | major_outage   |  462 | 1/1   | 16 | 0 | major_outage
statuspage/digitalocean-checkplugin-components.json                              | statuspage  | operational    |   35 | 0/0   |  0 | 0 |
statuspage/github-2023-eight-partial-summary.json                                | statuspage  | partial_outage |   11 | 1/1   |  0 | 0 | partial_outage
statuspage/github-2023-one-partial-summary.json                                  | statuspage  | partial_outage |   11 | 1/1   |  0 | 0 | partial_outage
statuspage/github-20240418-stale-open-history.atom                               | feed        | unknown        |    0 | 0/25  |  0 | 0 |
statuspage/github-20240606-two-open-history.atom                                 | feed        | unknown        |    0 | 1/25  |  0 | 0 | degraded performance for Packages
statuspage/github-20250523-scheduled-history.atom                                | feed        | unknown        |    0 | 0/21  |  4 | 0 |
statuspage/github-20250529-inprogress-history.atom                               | feed        | unknown        |    0 | 0/22  |  3 | 0 | In progress
statuspage/github-2026-five-incidents.json                                       | statuspage  | unknown        |    0 | 0/5   |  0 | 0 |
statuspage/github-20260507-open-history.atom                                     | feed        | unknown        |    0 | 1/25  |  0 | 0 | CCR and CCA failing to start for PR comments
statuspage/github-20260822-history.atom                                          | feed        | unknown        |    0 | 0/25  |  0 | 0 |
statuspage/github-docsample-2020-summary.json                                    | statuspage  | partial_outage |    2 | 1/1   |  2 | 0 | major_outage
statuspage/github-docsample-empty-indicator-no-components-incidents.json         | statuspage  | unknown        |    0 | 1/2   |  0 | 0 | "identified"
statuspage/github-docsample-one-incident-no-components-incidents-unresolved.json | statuspage  | unknown        |    0 | 1/1   |  0 | 0 | "identified"
statuspage/github-docsample-one-incident-two-components-critical-summary.json    | statuspage  | partial_outage |    2 | 1/1   |  2 | 0 | major_outage
statuspage/github-docsample-operational-v2-maintenances-active.json              | statuspage  | unknown        |    0 | 0/0   |  1 | 0 | in_progress
statuspage/github-first-2022-history.atom                                        | feed        | unknown        |    0 | 0/20  |  5 | 0 |
statuspage/github-with-problem-checkplugin-components.json                       | statuspage  | partial_outage |   10 | 0/0   |  0 | 0 | partial_outage
statuspage/hubot-components-v1-manage-api.json                                   | no page
statuspage/hubot-incident-v1-manage-api.json                                     | no page
statuspage/hubot-incidents-v1-manage-api.json                                    | no page
statuspage/hubot-unresolved-incidents-v1-manage-api.json                         | no page
statuspage/intercom-checkplugin-components.json                                  | statuspage  | operational    |   10 | 0/0   |  0 | 0 |
statuspage/lastpass-checkplugin-components.json                                  | statuspage  | degraded       |    3 | 0/0   |  0 | 0 | degraded_performance
statuspage/linode-checkplugin-components.json                                    | statuspage  | operational    |   62 | 0/0   |  0 | 0 |
statuspage/linuxfabrik-synthetic-critical-summary.json                           | statuspage  | major_outage   |    2 | 1/1   |  1 | 0 | critical
statuspage/newrelic-checkplugin-components.json                                  | statuspage  | operational    |   69 | 0/0   |  0 | 0 |
statuspage/qualys-checkplugin-components.json                                    | statuspage  | major_outage   |  259 | 0/0   |  0 | 0 | major_outage
statuspage/squarespace-checkplugin-components.json                               | statuspage  | operational    |   13 | 0/0   |  0 | 0 |
statuspal/docs-maintenance-ongoing-summary.json                                  | statuspal   | major_outage   |    2 | 1/1   |  1 | 6 | "current_incident_type": "major"
statuspal/exoscale-network-degraded-summary.json                                 | statuspal   | degraded       |   74 | 1/1   |  0 | 0 | "current_incident_type": "performance"
statuspal/exoscale-operational-summary.json                                      | statuspal   | operational    |   44 | 0/0   |  1 | 0 |
statuspal/exoscale-vie2-maintenance-critical-summary.json                        | statuspal   | maintenance    |   74 | 0/0   |  2 | 1 | "current_incident_type": "emergency-maintenance"
statuspal/maslak-teamdefinex-down-summary.json                                   | statuspal   | major_outage   |    2 | 1/1   |  0 | 0 | "current_incident_type": "major"
upptime/masterhash-2024-down-up-summary.json                                     | upptime     | partial_outage |   10 | 0/0   |  0 | 0 | "status": "down"
upptime/masterhash-2024-summary.json                                             | upptime     | operational    |   10 | 0/0   |  0 | 0 |
upptime/matbenfield-2021-down-up-summary.json                                    | upptime     | partial_outage |    6 | 0/0   |  0 | 0 | "status": "down"
upptime/yvtils-2026-down-up-summary.json                                         | upptime     | partial_outage |    5 | 0/0   |  0 | 0 | "status": "down"
uptimerobot/deephow-14-ok-getMonitorList.json                                    | uptimerobot | operational    |   14 | 0/0   |  0 | 0 |
uptimerobot/four-services-ok-getMonitorList.json                                 | uptimerobot | operational    |    4 | 0/0   |  0 | 0 |
uptimerobot/gwc-mixed-states-getMonitorList.json                                 | uptimerobot | partial_outage |    7 | 0/0   |  0 | 0 | "statusClass": "danger"
uptimerobot/hivelocity-43-ok-getMonitorList.json                                 | uptimerobot | operational    |   30 | 0/0   |  0 | 0 |
uptimerobot/single-yumzi-ok-getMonitorList.json                                  | uptimerobot | operational    |    1 | 0/0   |  0 | 0 |
uptimerobot/three-linuxfabrik-ok-getMonitorList.json                             | uptimerobot | operational    |    3 | 0/0   |  0 | 0 |
xai/resolved-20260707-rss.xml                                                    | xai         | unknown        |    0 | 0/3   |  0 | 0 |
yandexcloud/ycs-2024-incident.json                                               | yandex      | unknown        |    0 | 0/1   |  0 | 0 |
yandexcloud/ycs-2024-incidents.json                                              | yandex      | degraded       |    0 | 1/20  |  0 | 0 | "status": "open"
"#;

/// What one payload is known to say.
#[derive(Debug)]
enum Judged<'a> {
    Page {
        /// Platform, health, components, open incidents of all, maintenances, warnings.
        facts: [&'a str; 6],
        trouble: &'a str,
    },
    Refused(&'a str),
}

fn judged() -> BTreeMap<&'static str, Judged<'static>> {
    let rows: Vec<Vec<&str>> = PAYLOADS
        .trim()
        .lines()
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let count = rows.len();
    let judged: BTreeMap<_, _> = rows
        .into_iter()
        .map(|row| match row[..] {
            [file, reason] => (file, Judged::Refused(reason)),
            [file, ref facts @ .., trouble] => {
                let facts = facts.try_into().unwrap_or_else(|_| panic!("{file}: {facts:?}"));
                (file, Judged::Page { facts, trouble })
            }
            ref row => panic!("{row:?}"),
        })
        .collect();
    assert_eq!(judged.len(), count, "a payload stands twice");
    judged
}

/// A payload by itself, as a person gives it to `signalbox read`.
fn read_alone(file: &str, body: &[u8]) -> Result<ReadReply, ReadError> {
    let stem = Path::new(file).file_stem().unwrap().to_str().unwrap();
    read_documents(&[(stem, body)], None)
}

fn open_incidents(reply: &ReadReply) -> usize {
    let is_over = |phase: Phase| matches!(phase, Phase::Resolved | Phase::Postmortem);
    reply
        .incidents
        .iter()
        .filter(|incident| !is_over(incident.phase))
        .count()
}

fn facts(reply: &ReadReply) -> [String; 6] {
    [
        reply.platform.clone(),
        reply.health.as_str().to_owned(),
        reply.components.len().to_string(),
        format!("{}/{}", open_incidents(reply), reply.incidents.len()),
        reply.maintenances.len().to_string(),
        reply.warnings.len().to_string(),
    ]
}

#[test]
fn every_recorded_payload_was_judged_and_every_judged_one_is_there() {
    let Some(folder) = recorded() else { return };
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let listed: BTreeSet<&str> = manifest
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .collect();
    let judged = judged();
    let known: BTreeSet<&str> = judged.keys().copied().collect();
    assert_eq!(listed, known);
    let readable: BTreeSet<String> = all_recorded().into_iter().map(|(file, _)| file).collect();
    assert_eq!(readable.len(), known.len(), "{readable:#?}");
}

#[test]
fn every_recorded_payload_is_read_as_what_it_says_or_refused_for_what_it_is() {
    let judged = judged();
    for (file, body) in all_recorded() {
        match (&judged[file.as_str()], read_alone(&file, &body)) {
            (Judged::Page { facts: known, .. }, Ok(reply)) => assert_eq!(facts(&reply), *known, "{file}"),
            (Judged::Refused(reason), Err(refused)) => {
                assert_eq!(refused.error.code, ErrorCode::Unreadable, "{file}");
                let said = match *reason {
                    "a web page" => "the answer is a web page (",
                    "no page" => "the answer is no status page of a known kind: ",
                    other => panic!("{file}: {other}"),
                };
                assert!(refused.error.reason.starts_with(said), "{file}: {refused}");
            }
            (judged, read) => panic!("{file}: {judged:?}, but {read:?}"),
        }
    }
}

#[test]
fn no_recorded_trouble_is_shown_as_well() {
    // Its open incident has no impact by the vendor's own word, and everything is operational.
    const WITHOUT_IMPACT: &str = "statuspage/bitbucket-20260731-none-summary.json";
    let judged = judged();
    for (file, body) in all_recorded() {
        let Judged::Page { trouble, .. } = &judged[file.as_str()] else {
            continue;
        };
        let text = text_of(&body).unwrap();
        assert!(text.contains(trouble), "{file} does not say {trouble}");
        let reply = read_alone(&file, &body).unwrap();
        let is_well = reply.health == Health::Operational;
        assert!(trouble.is_empty() || !is_well, "{file}");
        let is_told = open_incidents(&reply) > 0
            || reply
                .components
                .iter()
                .any(|component| component.health.is_problem());
        assert!(!is_told || !is_well || file == WITHOUT_IMPACT, "{file}");
        // And the other way round: trouble that a page does not tell of is not made up.
        let is_problem = reply.health.is_problem() || is_told;
        assert!(
            !is_problem || !trouble.is_empty() || file == WITHOUT_IMPACT,
            "{file}"
        );
    }
}

#[test]
fn recorded_documents_of_one_page_say_together_what_they_say_alone() {
    let all: BTreeMap<String, Vec<u8>> = all_recorded().into_iter().collect();
    if all.is_empty() {
        return;
    }
    for (files, known) in [
        // The overall word of the one, the list of the other, the maintenance of the third; groups are no components.
        (
            &[
                "cachet/v2-goclient-2-status.json",
                "cachet/v2-goclient--components.json",
                "cachet/v2-goclient--groups.json",
                "cachet/v2-goclient--schedules.json",
            ][..],
            ["cachet2", "degraded", "1", "0/0", "1", "1"],
        ),
        // What is going on now, and what is over.
        (
            &[
                "slack/slack-20260626-current.json",
                "slack/slack-20260626-history.json",
            ],
            ["slack", "operational", "0", "0/3", "0", "0"],
        ),
        // The one incident is among the twenty, of which another one is open: it stands twice, which is said.
        (
            &[
                "yandexcloud/ycs-2024-incidents.json",
                "yandexcloud/ycs-2024-incident.json",
            ],
            ["yandex", "degraded", "0", "1/20", "0", "1"],
        ),
    ] {
        let mut documents: Vec<_> = files
            .iter()
            .map(|file| {
                (
                    Path::new(file).file_stem().unwrap().to_str().unwrap(),
                    &all[*file],
                )
            })
            .collect();
        for _ in 0..2 {
            let reply = read_documents(&documents, None).unwrap_or_else(|error| panic!("{files:?}: {error}"));
            assert_eq!(facts(&reply), known, "{files:?}");
            documents.reverse();
        }
    }
}
