//! Whatever happens to a word: no false calm. What holds for every reader is tested beside the registry.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::health::page_health;

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
        "[a-z_]{1,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!([1, null, {"id": "a"}])),
        Just(json!({})),
        Just(json!("operational")),
        Just(json!("major_outage")),
        Just(json!("2026-11-07T10:00:00")),
    ]
}

proptest! {
    /// An odd value where a component's status stood must not make the page better than the rest says.
    #[test]
    fn an_odd_status_makes_no_page_better(at in 0_usize..8, with in any_value(), overall in any_value()) {
        let is_component_word = with.as_str().is_some_and(|word| word == "operational" || word == "major_outage");
        prop_assume!(!is_component_word);
        let mut document: Value = serde_json::from_str(&fixture("summary")).unwrap();
        document["components"][at]["status"] = with;
        let health = |document: &Value| page_health(&read_one(&document.to_string()).snapshot);
        // The page says minor, and its incident repeats that a component is in partial outage.
        prop_assert_eq!(health(&document), Health::PartialOutage);
        // And with an odd overall word besides, never operational.
        document["status"]["indicator"] = overall;
        document["incidents"] = json!([]);
        prop_assert_ne!(health(&document), Health::Operational);
    }

    #[test]
    fn a_page_of_odd_leaves_is_never_operational(with in any_value()) {
        prop_assume!(with != json!("operational"));
        let document = json!({"page": {}, "components": [
            {"id": "a", "name": "A", "status": "operational"},
            {"id": "b", "name": "B", "status": with},
        ]});
        prop_assert_ne!(page_health(&read_one(&document.to_string()).snapshot), Health::Operational);
    }
}
