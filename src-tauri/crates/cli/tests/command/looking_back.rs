//! What people see when they look back.

use signalbox_engine::api::*;
use signalbox_pages::Phase;

use crate::common::{PIPE, Recorded, ask, run, views};

#[test]
fn history_lists_incidents_and_maintenances() {
    let mut unlisted = views::incident();
    unlisted.listed = false;
    unlisted.id = "u1".to_owned();
    let mut of_old = views::past_incident();
    of_old.watched = false;
    let view = HistoryView {
        incidents: vec![views::incident(), unlisted, of_old],
        maintenances: vec![views::maintenance()],
        more: true,
        next: Some("1794848400000.41".to_owned()),
    };
    insta::assert_snapshot!(ask(&["history"], Reply::History(view)).out, @"
    Incidents
    2026-11-19 09:19  GitHub  Workflow runs are delayed                                     k2v7r0hs3lpq
                      identified · major impact · 41 min so far · last word 12 min ago
    2026-11-19 09:19  GitHub  Workflow runs are delayed                                     u1
                      no longer listed, last identified · major impact · 41 min so far · last word 12 m…
    2026-11-15 18:00  Stripe  Elevated error rates when confirming payments with some car…  p9x1
                      resolved · critical impact · 41 h 4 min · vendor no longer watched

    Maintenances
    2026-11-19 07:00  Atlassian  Database upgrade  m4
                      in progress · 07:00 to 09:30 · 30 min over its time

    There is more: add --limit 100, or go on with --before 1794848400000.41
    ");
    let empty = HistoryView {
        incidents: Vec::new(),
        maintenances: Vec::new(),
        more: false,
        next: None,
    };
    insta::assert_snapshot!(ask(&["history", "--since", "2h ago"], Reply::History(empty)).out, @"
    Nothing is recorded for that. See what is watched, and how it is: signalbox status
    ");
}

#[test]
fn an_incident_is_shown_whole_inert_and_folded() {
    let said = ask(&["incident", "k2v7r0hs3lpq"], Reply::Incident(views::detail()));
    insta::assert_snapshot!(said.out, @"
    Workflow runs are delayed
    GitHub · identified · major impact
      began         Thu 2026-11-19 09:19 CET (08:19 UTC), 41 min so far
      last word     12 min ago
      first seen    Thu 2026-11-19 09:20 CET (08:20 UTC)
      components    Actions, Pages
      link          https://www.githubstatus.com/incidents/k2v7r0hs3lpq
      id            k2v7r0hs3lpq

    Updates
      2026-11-19 09:19 investigating
          We are investigating reports that workflow runs start late for some customers, and that their
          logs do not appear until a run has ended.

          We will write again within 30 minutes.
          ▲ Actions: operational → partial outage
      2026-11-19 09:25 investigating (3 times, last 09:40)
          We are continuing to investigate this issue.
      2026-11-19 09:44 identified (edited)
          A queue in two regions is full. [2JRuns start31m again.
      2026-11-19 09:48 identified (taken away by the vendor)
          (no words)

    Some of it was edited. The earlier words: signalbox incident k2v7r0hs3lpq --revisions
    ");
}

#[test]
fn an_incident_with_its_revisions_shows_the_earlier_words() {
    let said = ask(
        &["incident", "k2v7r0hs3lpq", "--revisions"],
        Reply::Incident(views::detail()),
    );
    insta::assert_snapshot!(said.out, @"
    Workflow runs are delayed
    GitHub · identified · major impact
      began         Thu 2026-11-19 09:19 CET (08:19 UTC), 41 min so far
      last word     12 min ago
      first seen    Thu 2026-11-19 09:20 CET (08:20 UTC)
      components    Actions, Pages
      link          https://www.githubstatus.com/incidents/k2v7r0hs3lpq
      id            k2v7r0hs3lpq

    Updates
      2026-11-19 09:19 investigating
          We are investigating reports that workflow runs start late for some customers, and that their
          logs do not appear until a run has ended.

          We will write again within 30 minutes.
          ▲ Actions: operational → partial outage
      2026-11-19 09:25 investigating (3 times, last 09:40)
          We are continuing to investigate this issue.
      2026-11-19 09:44 identified (edited)
          A queue in two regions is full. [2JRuns start31m again.
          before, as recorded 2026-11-19 09:45, identified:
            A queue in one region is full.
      2026-11-19 09:48 identified (taken away by the vendor)
          (no words)

    What was said of it, as recorded here
      2026-11-19 09:20 Workflow runs are slow
          investigating · minor impact · Actions
      2026-11-19 09:45 Workflow runs are delayed
          identified · major impact · Actions, Pages
    ");
}

#[test]
fn a_resolved_incident_has_its_exact_duration_and_its_postmortem() {
    let view = IncidentDetailView {
        incident: Some(IncidentView {
            phase: Phase::Postmortem,
            ..views::past_incident()
        }),
        updates: Vec::new(),
        revisions: Vec::new(),
        postmortem: Some(PostmortemView {
            text: Some("A certificate had expired.".to_owned()),
            url: Some("https://status.stripe.com/incidents/p9x1/postmortem".to_owned()),
            at: Some(crate::common::time("2026-11-18T12:00:00Z")),
        }),
        ..views::detail()
    };
    insta::assert_snapshot!(ask(&["incident", "p9x1", "--utc"], Reply::Incident(view)).out, @"
    Elevated error rates when confirming payments with some cards issued in the north
    Stripe · postmortem · critical impact
      began         Sun 2026-11-15 17:00 UTC
      resolved      Tue 2026-11-17 10:04 UTC, after 41 h 4 min
      first seen    Sun 2026-11-15 17:02 UTC
      components    Payments API
      id            p9x1

    The vendor has written no updates.

    Postmortem
      Wed 2026-11-18 12:00 UTC
      A certificate had expired.
      https://status.stripe.com/incidents/p9x1/postmortem
    ");
}

#[test]
fn a_maintenance_is_shown_as_one() {
    let view = IncidentDetailView {
        incident: None,
        maintenance: Some(views::maintenance()),
        updates: Vec::new(),
        revisions: Vec::new(),
        postmortem: None,
    };
    insta::assert_snapshot!(ask(&["incident", "m4"], Reply::Incident(view)).out, @"
    Database upgrade
    Atlassian · maintenance · in progress, past its announced end
      begins        Thu 2026-11-19 07:00 CET (06:00 UTC)
      ends          Thu 2026-11-19 09:30 CET (08:30 UTC), 2 h 30 min in all
      components    Jira
      id            m4

    The vendor has written no updates.
    ");
}

#[test]
fn at_names_both_answers_and_what_was_not_watched() {
    insta::assert_snapshot!(ask(&["at", "last", "tuesday", "14:32"], Reply::At(views::at())).out, @"
    Tue 2026-11-17 14:32 CET (13:32 UTC)

    Stripe
      known then  ✔ operational
      known now   ✖ major outage
        ✖  API / Payments API  major outage
        Elevated error rates when confirming payments with some cards issued in the north  p9x1
            resolved · critical impact · began 2026-11-15 18:00
        Database upgrade  m4
            maintenance in progress · from 2026-11-19 07:00 · to 2026-11-19 09:30

    Fastly
      known then  ✔ operational
        Nobody was checking at that moment; this is what had been read last before it.
      known now   the vendor has said nothing since about that moment

    GitHub
      known then  ✔ operational
      known now   the same

    Zoom
      known then  not watched then; watched since 2026-11-18 10:00
      known now   the vendor has said nothing since about that moment
    ");
}

#[test]
fn search_shows_the_words_in_their_place() {
    insta::assert_snapshot!(ask(&["search", "queue", "full"], Reply::Search(views::search())).out, @"
    2026-11-19 09:44 GitHub Workflow runs are delayed k2v7r0hs3lpq
        …A queue in two regions is full. Runs start again, but those that were waiting may need another
        hour to be worked off…

    There is more: add --limit 100, or another word.
    ");
    let none = SearchView {
        finds: Vec::new(),
        more: false,
    };
    insta::assert_snapshot!(ask(&["search", "unicorn", "stampede"], Reply::Search(none)).out, @r#"
    Nothing recorded holds "unicorn stampede". All words must occur; try fewer.
    "#);
}

#[test]
fn uptime_comes_with_the_share_that_was_observed() {
    insta::assert_snapshot!(ask(&["uptime", "github"], Reply::Uptime(views::uptime())).out, @"
    GitHub
    Tue 2026-10-20 11:00 CEST (09:00 UTC) to Thu 2026-11-19 10:00 CET (09:00 UTC)

    COMPONENT   WORKED   OBSERVED  NOT WORKING
    Actions     99.99 %  93.12 %   partial outage 41 min, degraded 2 h 4 min
    Codespaces  no data  0.00 %

    Worked is the share of the observed time. Time that was not observed is not counted as working.
    ");
}

#[test]
fn a_pipe_gets_whole_lines() {
    let recorded = Recorded {
        reply: Some(Ok(Reply::History(HistoryView {
            incidents: vec![views::past_incident()],
            maintenances: Vec::new(),
            more: false,
            next: None,
        }))),
        ..Recorded::default()
    };
    let said = run(&["history"], &recorded, PIPE);
    assert!(said.out.contains(&views::past_incident().title), "{}", said.out);
}
