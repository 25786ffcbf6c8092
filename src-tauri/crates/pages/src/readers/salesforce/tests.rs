use super::*;
use crate::contract::ReadReply;
use crate::health::{page_health, scoped_health};
use crate::readers::testing::{page, read, read_body, read_recorded};
use crate::snapshot::Incident;
use crate::words::{Impact, MaintenancePhase, Phase};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    read_body(&Salesforce, body)
}

fn instance(status: &str, incidents: &str) -> String {
    format!(
        r#"{{"key":"NTH12","location":"EMEA","environment":"production","isActive":true,"status":"{status}","Incidents":[{incidents}],"Maintenances":[]}}"#
    )
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Salesforce, &page("salesforce", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    insta::assert_json_snapshot!(ReadReply::new("salesforce", &reading));
}

#[test]
fn one_instance_in_trouble_is_no_major_outage_of_the_others() {
    let documents = page("salesforce", "trouble");
    let snapshot = read(&Salesforce, &documents).unwrap().snapshot;
    assert_eq!(page_health(&snapshot), Health::PartialOutage);
    assert_eq!(
        scoped_health(&snapshot, &["STH4".to_owned()].into()),
        Health::Operational
    );
    assert_eq!(
        scoped_health(&snapshot, &["NTH12".to_owned()].into()),
        Health::PartialOutage
    );

    let alone = read_one(&instance("MAJOR_INCIDENT_CORE", "")).unwrap().snapshot;
    assert_eq!(page_health(&alone), Health::MajorOutage);
    assert_eq!(alone.page.id.as_deref(), Some("NTH12"));
    assert_eq!(
        alone.page.url.as_deref(),
        Some("https://status.salesforce.com/instances/NTH12")
    );
}

#[test]
fn an_instance_says_how_it_is() {
    for (word, health, warnings) in [
        ("OK", Health::Operational, 0),
        ("INFORMATIONAL_CORE", Health::Operational, 0),
        ("INFORMATIONAL_NONCORE", Health::Operational, 0),
        ("MAINTENANCE_CORE", Health::Maintenance, 0),
        ("MAINTENANCE_NONCORE", Health::Maintenance, 0),
        ("MINOR_INCIDENT_CORE", Health::Degraded, 0),
        ("MINOR_INCIDENT_NONCORE", Health::Degraded, 0),
        ("MAJOR_INCIDENT_CORE", Health::MajorOutage, 0),
        ("MAJOR_INCIDENT_NONCORE", Health::PartialOutage, 0),
        ("GREAT_INCIDENT", Health::Unknown, 1),
    ] {
        let reading = read_one(&instance(word, "")).unwrap();
        assert_eq!(page_health(&reading.snapshot), health, "{word}");
        assert_eq!(reading.snapshot.components[0].raw.as_deref(), Some(word));
        assert_eq!(reading.warnings.len(), warnings, "{word}");
    }
}

#[test]
fn sandboxes_and_what_is_out_of_service_are_left_out_of_lists_alone() {
    let sandbox = instance("OK", "").replace("production", "sandbox");
    let out = instance("OK", "").replace("true", "false");
    let in_list = |body: &str| read_one(&format!("[{body}]")).unwrap().snapshot.components.len();
    for body in [sandbox, out] {
        assert_eq!(in_list(&body), 0);
        assert_eq!(read_one(&body).unwrap().snapshot.components.len(), 1);
    }
    for odd in ["null", "7", "\"zz\"", "{}"] {
        assert_eq!(in_list(&instance("OK", "").replace("true", odd)), 1, "{odd}");
    }
}

fn incident(told: &str) -> Incident {
    let incident = format!(r#"{{"id":1,"createdAt":"2026-11-07T12:00:00Z",{told}}}"#);
    let reading = read_one(&instance("MINOR_INCIDENT_CORE", &incident)).unwrap();
    reading.snapshot.incidents.into_iter().next().unwrap()
}

#[test]
fn an_incident_is_open_while_one_of_its_impacts_has_no_end() {
    let impact = |end: &str| {
        format!(r#"{{"startTime":"2026-11-07T12:00:00Z","endTime":{end},"type":"a","severity":"minor"}}"#)
    };
    let over = impact("\"2026-11-07T13:00:00Z\"");
    let event = |kind: &str, minute: u8| {
        format!(r#"{{"id":{minute},"type":"{kind}","message":"m","createdAt":"2026-11-07T12:{minute}:00Z"}}"#)
    };
    let phase = |impacts: &[String], events: &[String]| {
        let told = format!(
            r#""IncidentImpacts":[{}],"IncidentEvents":[{}]"#,
            impacts.join(","),
            events.join(",")
        );
        incident(&told).facts.phase
    };
    assert_eq!(phase(std::slice::from_ref(&over), &[]), Phase::Resolved);
    for end in ["null", "7", "\"zz\"", "{}"] {
        assert_eq!(
            phase(&[over.clone(), impact(end)], &[]),
            Phase::Investigating,
            "{end}"
        );
    }
    assert_eq!(phase(&[over.clone(), "null".to_owned()], &[]), Phase::Unknown);
    assert_eq!(phase(&[], &[]), Phase::Unknown);
    assert_eq!(phase(&[], &[event("resolved", 20)]), Phase::Resolved);
    let told = [
        event("update", 30),
        event("identified", 20),
        event("investigating", 10),
    ];
    assert_eq!(phase(&[impact("null")], &told), Phase::Identified);
    assert_eq!(
        phase(&[impact("null")], &[event("resolved", 20)]),
        Phase::Investigating
    );
    assert_eq!(phase(std::slice::from_ref(&over), &told), Phase::Resolved);
    let said = format!(r#""status":"Resolved","IncidentImpacts":[{}]"#, impact("null"));
    assert_eq!(incident(&said).facts.phase, Phase::Resolved);
}

#[test]
fn an_incident_is_called_by_the_type_of_its_first_impact() {
    let title = |kind: &str| {
        incident(&format!(
            r#""IncidentImpacts":[{{"endTime":null,"type":{kind}}}]"#
        ))
        .facts
        .title
    };
    assert_eq!(
        title("\"performanceDegradationAsynchronousProcessingSubset\""),
        "Performance degradation asynchronous processing subset"
    );
    assert_eq!(title("\"serviceDisruption\""), "Service disruption");
    assert_eq!(title("null"), "Incident 1");
}

#[test]
fn a_maintenance_goes_on_while_its_impact_does() {
    let phase = |impacts: &str, events: &str| {
        let body = instance("OK", "").replace(
            "\"Maintenances\":[]",
            &format!(
                r#""Maintenances":[{{"id":1,"name":"M","MaintenanceImpacts":[{impacts}],"MaintenanceEvents":[{events}]}}]"#
            ),
        );
        let reading = read_one(&body).unwrap();
        reading.snapshot.maintenances[0].facts.phase
    };
    let event = |kind: &str| format!(r#"{{"id":1,"type":"{kind}","createdAt":"2026-11-07T12:00:00Z"}}"#);
    let open = r#"{"startTime":"2026-11-07T12:00:00Z","endTime":null}"#;
    let over = r#"{"startTime":"2026-11-07T12:00:00Z","endTime":"2026-11-07T13:00:00Z"}"#;
    assert_eq!(phase("", &event("scheduled")), MaintenancePhase::Scheduled);
    assert_eq!(phase("", &event("inProgress")), MaintenancePhase::InProgress);
    assert_eq!(phase("", &event("canceled")), MaintenancePhase::Cancelled);
    assert_eq!(phase("", &event("zz")), MaintenancePhase::Unknown);
    assert_eq!(phase(open, &event("scheduled")), MaintenancePhase::InProgress);
    assert_eq!(phase(over, &event("scheduled")), MaintenancePhase::Completed);
    assert_eq!(phase("", ""), MaintenancePhase::Unknown);
}

#[test]
fn an_address_means_an_instance_a_product_or_everything() {
    for (address, site, documents) in [
        (
            "https://status.salesforce.com/instances/NA137/maintenances",
            "https://status.salesforce.com/#instances/NA137",
            &["https://api.status.salesforce.com/v1/instances/NA137/status"][..],
        ),
        (
            "https://status.salesforce.com/products/Heroku",
            "https://status.salesforce.com/#products/Heroku",
            &[
                "https://api.status.salesforce.com/v1/instances/status/preview?products=Heroku",
                "https://api.status.salesforce.com/v1/incidents/active",
            ],
        ),
        (
            "https://status.salesforce.com/#products/Heroku",
            "https://status.salesforce.com/#products/Heroku",
            &[
                "https://api.status.salesforce.com/v1/instances/status/preview?products=Heroku",
                "https://api.status.salesforce.com/v1/incidents/active",
            ],
        ),
        (
            "https://status.salesforce.com/products/all",
            "https://status.salesforce.com/",
            &[
                "https://api.status.salesforce.com/v1/instances/status/preview",
                "https://api.status.salesforce.com/v1/incidents/active",
            ],
        ),
        (
            "https://status.salesforce.com/incidents/20417",
            "https://status.salesforce.com/",
            &[
                "https://api.status.salesforce.com/v1/instances/status/preview",
                "https://api.status.salesforce.com/v1/incidents/active",
            ],
        ),
        (
            "https://api.status.salesforce.com/v1/instances/status/preview",
            "https://status.salesforce.com/",
            &[
                "https://api.status.salesforce.com/v1/instances/status/preview",
                "https://api.status.salesforce.com/v1/incidents/active",
            ],
        ),
    ] {
        let found = Salesforce.site_at(&Url::parse(address).unwrap()).unwrap();
        assert_eq!(found.to_string(), site, "{address}");
        let asked: Vec<String> = Salesforce
            .documents(&found)
            .iter()
            .map(|document| document.url.to_string())
            .collect();
        assert_eq!(asked, documents, "{address}");
    }
    let elsewhere = Url::parse("https://na137.salesforce.com/").unwrap();
    assert_eq!(Salesforce.site_at(&elsewhere), None);
}

#[test]
fn what_is_not_salesforces_is_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "[{}]",
        "<html></html>",
        r#"{"message":"not found"}"#,
        r#"{"key":"NA1","status":"OK"}"#,
        r#"[{"id":1,"title":"T","notes":[]}]"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
    }
}

#[test]
fn that_nothing_is_active_is_said_by_an_empty_list_beside_the_instances() {
    let mut documents = page("salesforce", "well");
    documents.push(("active-incidents".to_owned(), b"[]".to_vec()));
    let reading = read(&Salesforce, &documents).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
    assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Complete);
}

#[test]
fn the_list_of_open_incidents_alone_tells_of_the_instances_that_they_touch() {
    let documents: Vec<_> = page("salesforce", "trouble")
        .into_iter()
        .filter(|(name, _)| name == "active-incidents")
        .collect();
    let reading = read(&Salesforce, &documents).unwrap();
    let named: Vec<_> = reading
        .snapshot
        .incidents
        .iter()
        .map(|one| one.facts.components.len())
        .collect();
    assert_eq!(named, [2, 1]);
    assert_eq!(page_health(&reading.snapshot), Health::PartialOutage);
    assert_eq!(reading.snapshot.coverage.components, Listing::Absent);
}

#[test]
fn the_list_recorded_in_2020_has_one_instance_in_trouble() {
    let file = "salesforce/2020-incident-instances-status-preview.json";
    let Some(reading) = read_recorded(&Salesforce, "instances", file) else {
        return;
    };
    let reading = reading.unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    let snapshot = &reading.snapshot;
    assert_eq!(page_health(snapshot), Health::Degraded);
    let troubled: Vec<_> = snapshot
        .components
        .iter()
        .filter(|one| one.health != Health::Operational)
        .map(|one| (one.id.as_str(), one.raw.as_deref().unwrap()))
        .collect();
    assert_eq!(troubled, [("NA137", "MINOR_INCIDENT_CORE")]);
    assert_eq!(snapshot.components.len(), 1331);
    assert_eq!(snapshot.coverage.components, Listing::Complete);
    let [incident] = snapshot.incidents.as_slice() else {
        panic!("{}", snapshot.incidents.len());
    };
    assert_eq!(
        (incident.id.as_str(), incident.facts.impact),
        ("5968", Impact::Minor)
    );
    assert_eq!(incident.facts.phase, Phase::Investigating);
    assert_eq!(
        incident.facts.title,
        "Performance degradation asynchronous processing subset"
    );
    assert_eq!(
        incident.facts.started_at.unwrap().to_string(),
        "2020-07-29T16:08:00Z"
    );
    assert_eq!(
        incident.facts.url.as_deref(),
        Some("https://status.salesforce.com/incidents/5968")
    );
    assert_eq!(incident.facts.components[0].id.as_deref(), Some("NA137"));
}
