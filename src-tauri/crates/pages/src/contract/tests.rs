use super::*;

#[test]
fn keys_stand_in_the_order_of_the_contract_and_nulls_are_written() {
    let body = r#"{"page":{},"status":{"indicator":"none"},"components":[{"id":"a","name":"A","status":"operational"}],
        "incidents":[{"id":"i","name":"I","status":"resolved","impact":"none","components":[{"id":"a","name":"A"}],
          "incident_updates":[{"id":"u","status":"resolved","affected_components":[{"code":"a","name":"A"}]}],"postmortem_published_at":"2026-11-07T17:40:00.000Z"}],
        "scheduled_maintenances":[{"id":"m","name":"M","status":"scheduled"}]}"#;
    let reply = read_documents(&[("summary", body)], Some("statuspage")).unwrap();
    insta::assert_json_snapshot!("every-key", reply);
}

#[test]
fn a_reply_reads_back_as_it_was_written() {
    let body = include_str!("../../fixtures/statuspage/trouble/summary.json");
    let reply = read_documents(&[("summary", body)], None).unwrap();
    let written = serde_json::to_string(&reply).unwrap();
    assert_eq!(serde_json::from_str::<ReadReply>(&written).unwrap(), reply);
}

#[test]
fn the_schema_knows_every_key() {
    let schema = serde_json::to_value(schemars::schema_for!(ReadReply)).unwrap();
    let body = include_str!("../../fixtures/statuspage/trouble/summary.json");
    let reply = serde_json::to_value(read_documents(&[("summary", body)], None).unwrap()).unwrap();
    for key in reply.as_object().unwrap().keys() {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
}
