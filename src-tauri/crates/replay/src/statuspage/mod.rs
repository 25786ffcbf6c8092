//! Status pages of the Statuspage shape, written by hand.
//!
//! The documents of one body agree with each other as a real page's do: an incident that is resolved is gone
//! from the summary and still in `incidents.json`. Every word is a plain string, so that odd ones can be given;
//! `raw` and `without` set a field to anything, or leave it out. The fields are those of the public
//! Statuspage API, version 2.

mod documents;
mod filler;
mod notice;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error},
};
use serde_json::{Map, Value};

pub use notice::{Incident, Postmortem, Transition, Update};

use crate::{document::Document, page::Page};

/// The time that stands wherever none is given.
const SOME_TIME: &str = "2026-11-07T09:00:00.000Z";

/// A page: its name, components, incidents and maintenances. In a script it is a table in which components,
/// incidents and their updates are tables by id, in the order as written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatuspageBody {
    /// The page's name.
    pub name: String,
    /// The page's id; twelve characters made of the name if absent.
    pub id: Option<String>,
    /// The page's address; that of the stand-in if absent.
    pub url: Option<String>,
    /// The page's time zone, `Etc/UTC` if absent.
    pub time_zone: Option<String>,
    /// When the page changed; the latest time of its incidents if absent.
    pub updated_at: Option<String>,
    /// `status.indicator`; if absent, it follows from open incidents, then from components.
    pub indicator: Option<String>,
    /// `status.description`; if absent, it follows from the indicator.
    pub description: Option<String>,
    /// The components, group rows among them, in the order of the document.
    #[serde(deserialize_with = "by_id")]
    pub components: Vec<Component>,
    /// The incidents, resolved ones too, oldest first.
    #[serde(deserialize_with = "by_id")]
    pub incidents: Vec<Incident>,
    /// The maintenances, completed ones too, oldest first.
    #[serde(deserialize_with = "by_id")]
    pub maintenances: Vec<Incident>,
    /// Fields of the page object that are set to something else.
    pub raw: Map<String, Value>,
    /// Fields of the page object that are left out.
    pub without: Vec<String>,
}

/// A component, or the row of a group.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Component {
    /// The component's id.
    pub id: String,
    /// The component's name.
    pub name: String,
    /// `operational`, `degraded_performance`, `partial_outage`, `major_outage`, `under_maintenance`, or anything;
    /// if absent: operational, or a group's worst child.
    pub status: Option<String>,
    /// What the component is.
    pub description: Option<String>,
    /// The id of the group that it is in.
    pub group: Option<String>,
    /// Whether this is the row of a group.
    pub is_group: bool,
    /// Whether the page shows it only while it is not well.
    pub only_show_if_degraded: bool,
    /// When its status changed.
    pub updated_at: Option<String>,
    /// Fields that are set to something else.
    pub raw: Map<String, Value>,
    /// Fields that are left out.
    pub without: Vec<String>,
}

impl Component {
    /// A component outside groups.
    pub fn new(id: impl Into<String>, name: impl Into<String>, status: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            status: Some(status.into()),
            ..Self::default()
        }
    }

    /// Puts the component into a group.
    #[must_use]
    pub fn within(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// Says what the component is.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets a field to anything.
    #[must_use]
    pub fn raw(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.raw.insert(field.into(), value.into());
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn without(mut self, field: impl Into<String>) -> Self {
        self.without.push(field.into());
        self
    }
}

impl StatuspageBody {
    /// A page with nothing on it.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// A page whose summary is `bytes` long to the byte (from 4,000 on), different for every index and the same
    /// in every run: components in groups, for some indices an open incident, and a history of resolved ones.
    #[must_use]
    pub fn sized(index: usize, bytes: usize) -> Self {
        filler::page(index, bytes)
    }

    /// Sets the page's id.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the page's address.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Sets when the page changed.
    #[must_use]
    pub fn updated_at(mut self, at: impl std::fmt::Display) -> Self {
        self.updated_at = Some(at.to_string());
        self
    }

    /// Sets the page's overall word.
    #[must_use]
    pub fn indicator(mut self, indicator: impl Into<String>) -> Self {
        self.indicator = Some(indicator.into());
        self
    }

    /// Sets the page's overall sentence.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds a component; an id may be given twice.
    #[must_use]
    pub fn component(
        self,
        id: impl Into<String>,
        name: impl Into<String>,
        status: impl Into<String>,
    ) -> Self {
        self.row(Component::new(id, name, status))
    }

    /// Adds a component that was put together elsewhere.
    #[must_use]
    pub fn row(mut self, component: Component) -> Self {
        self.components.push(component);
        self
    }

    /// Adds the row of a group and puts the components named, which must be there already, into it.
    #[must_use]
    pub fn group(mut self, id: impl Into<String>, name: impl Into<String>, children: &[&str]) -> Self {
        let id = id.into();
        for component in &mut self.components {
            if children.contains(&component.id.as_str()) {
                component.group = Some(id.clone());
            }
        }
        self.row(Component {
            id,
            name: name.into(),
            is_group: true,
            ..Component::default()
        })
    }

    /// Adds an incident; an id may be given twice.
    #[must_use]
    pub fn incident(mut self, incident: Incident) -> Self {
        self.incidents.push(incident);
        self
    }

    /// Adds a maintenance, as [`Incident::maintenance`] makes it.
    #[must_use]
    pub fn maintenance(mut self, maintenance: Incident) -> Self {
        self.maintenances.push(maintenance);
        self
    }

    /// The first component of this id.
    pub fn component_mut(&mut self, id: &str) -> Option<&mut Component> {
        self.components.iter_mut().find(|component| component.id == id)
    }

    /// The first incident or maintenance of this id.
    pub fn incident_mut(&mut self, id: &str) -> Option<&mut Incident> {
        let maintenances = self.maintenances.iter_mut();
        self.incidents
            .iter_mut()
            .chain(maintenances)
            .find(|incident| incident.id == id)
    }

    /// Gives a component another status. Nothing happens if there is none of this id.
    pub fn set_status(&mut self, id: &str, status: impl Into<String>) {
        if let Some(component) = self.component_mut(id) {
            component.status = Some(status.into());
        }
    }

    /// Takes an incident or maintenance off the page and out of its history, as if it had never been.
    pub fn vanish(&mut self, id: &str) {
        self.incidents.retain(|incident| incident.id != id);
        self.maintenances.retain(|maintenance| maintenance.id != id);
    }

    /// Serves all documents on a stand-in, in one step, and nothing else.
    pub fn serve_on(&self, page: &Page) {
        page.set_documents(self.documents(&page.url()));
    }

    /// All documents below the page's address, by path. `url` is the page's address unless it has one already.
    #[must_use]
    pub fn documents(&self, url: &str) -> Vec<(String, Document)> {
        self.rendered(url)
            .into_iter()
            .map(|(path, value)| (path.to_owned(), Document::from(value)))
            .collect()
    }
}

/// Reads a table by id into a list, in its order.
fn by_id<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let table = Map::<String, Value>::deserialize(deserializer)?;
    let read = |(id, mut value): (String, Value)| {
        if let Value::Object(fields) = &mut value {
            fields.insert("id".to_owned(), Value::String(id.clone()));
        }
        serde_json::from_value(value).map_err(|error| D::Error::custom(format!("{id}: {error}")))
    };
    table.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const URL: &str = "http://127.64.0.1:1";

    fn document(body: &StatuspageBody, name: &str) -> Value {
        let path = format!("/api/v2/{name}.json");
        let documents = body.documents(URL);
        let (_, document) = documents.iter().find(|(at, _)| *at == path).unwrap();
        serde_json::from_slice(document.body()).unwrap()
    }

    fn ids(document: &Value, list: &str) -> Vec<String> {
        let rows = document[list].as_array().unwrap();
        rows.iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect()
    }

    fn acme() -> StatuspageBody {
        StatuspageBody::new("Acme")
            .component("c1", "Presses", "operational")
            .component("c2", "Ovens", "partial_outage")
            .group("g1", "Works", &["c1", "c2"])
            .incident(
                Incident::new("i1", "Ovens are cold")
                    .impact("major")
                    .affects("c2")
                    .update(Update::new("u1", "investigating", "We look.").at("2026-11-07T10:00:00Z"))
                    .update(
                        Update::new("u2", "identified", "A fuse.")
                            .at("2026-11-07T10:10:00Z")
                            .transition("c2", "operational", "partial_outage"),
                    ),
            )
            .maintenance(Incident::maintenance(
                "m1",
                "New belts",
                "2026-11-08T10:00:00Z",
                "2026-11-08T11:00:00Z",
            ))
    }

    #[test]
    fn the_documents_agree_while_an_incident_is_open_and_when_it_is_over() {
        let mut body = acme();
        for name in ["summary", "incidents", "incidents/unresolved"] {
            assert_eq!(ids(&document(&body, name), "incidents"), ["i1"], "{name}");
        }
        let summary = document(&body, "summary");
        assert_eq!(summary["status"]["indicator"], "major");
        assert_eq!(summary["page"]["updated_at"], "2026-11-07T10:10:00Z");
        let incident = &summary["incidents"][0];
        assert_eq!(incident["status"], "identified");
        assert_eq!(ids(incident, "incident_updates"), ["u2", "u1"], "newest first");
        assert_eq!(incident["components"][0]["status"], "partial_outage");
        let told = &incident["incident_updates"][0]["affected_components"][0];
        assert_eq!(told["name"], "Works - Ovens");

        body.incident_mut("i1")
            .unwrap()
            .push(Update::new("u3", "resolved", "Warm again.").at("2026-11-07T11:00:00Z"));
        body.set_status("c2", "operational");
        for name in ["summary", "incidents/unresolved"] {
            assert_eq!(ids(&document(&body, name), "incidents"), [""; 0], "{name}");
        }
        let history = document(&body, "incidents");
        assert_eq!(history["incidents"][0]["resolved_at"], "2026-11-07T11:00:00Z");
        assert_eq!(document(&body, "status")["status"]["indicator"], "none");
    }

    #[test]
    fn a_maintenance_moves_between_its_documents() {
        let mut body = acme();
        let listed = |body: &StatuspageBody| {
            [
                "summary",
                "scheduled-maintenances",
                "scheduled-maintenances/upcoming",
                "scheduled-maintenances/active",
            ]
            .map(|name| ids(&document(body, name), "scheduled_maintenances").len())
        };
        assert_eq!(listed(&body), [1, 1, 1, 0]);
        let phase = |body: &mut StatuspageBody, phase: &str| {
            body.incident_mut("m1").unwrap().phase = Some(phase.into());
        };
        phase(&mut body, "in_progress");
        assert_eq!(listed(&body), [1, 1, 0, 1]);
        body.vanish("i1");
        body.set_status("c2", "operational");
        assert_eq!(document(&body, "summary")["status"]["indicator"], "maintenance");
        phase(&mut body, "completed");
        assert_eq!(listed(&body), [0, 1, 0, 0]);
    }

    #[test]
    fn a_group_row_lists_its_children_and_has_the_worst_of_their_words() {
        let summary = document(&acme(), "summary");
        let group = &summary["components"][2];
        assert_eq!(
            (&group["group"], &group["status"]),
            (&json!(true), &json!("partial_outage"))
        );
        assert_eq!(group["components"], json!(["c1", "c2"]));
        assert_eq!(summary["components"][0]["group_id"], "g1");
    }

    #[test]
    fn updates_are_edited_deleted_and_incidents_reopened_and_vanish() {
        let mut body = acme();
        let incident = body.incident_mut("i1").unwrap();
        incident.edit("u1", "We look closely.");
        incident.delete("u2");
        incident.push(Update::new("u3", "resolved", "Done."));
        assert!(incident.is_over());
        incident.push(Update::new("u4", "investigating", "Not done."));
        let summary = document(&body, "summary");
        let updates = &summary["incidents"][0]["incident_updates"];
        assert_eq!(
            ids(&summary["incidents"][0], "incident_updates"),
            ["u4", "u3", "u1"]
        );
        assert_eq!(updates[2]["body"], "We look closely.");
        body.vanish("i1");
        assert_eq!(ids(&document(&body, "incidents"), "incidents"), [""; 0]);
    }

    #[test]
    fn a_write_up_is_the_newest_update_in_a_phase_of_its_own_and_reopens_nothing() {
        let over = acme()
            .incident_mut("i1")
            .unwrap()
            .clone()
            .update(Update::new("u3", "resolved", "Warm again.").at("2026-11-07T11:00:00Z"));
        let at = "2026-11-11T09:00:00Z";
        for (written, expected) in [
            (Postmortem::new(at, "# A fuse\n"), "# A fuse\n"),
            (
                Postmortem::at_link(at, "https://acme.example/fuse"),
                "[Read what happened](https://acme.example/fuse)",
            ),
            (
                Postmortem {
                    body: "A fuse.\n".into(),
                    ..Postmortem::at_link(at, "https://acme.example/fuse")
                },
                "A fuse.\n\n[Read what happened](https://acme.example/fuse)",
            ),
        ] {
            let body = StatuspageBody::new("Acme").incident(over.clone().postmortem(written));
            let history = document(&body, "incidents");
            let incident = &history["incidents"][0];
            assert_eq!(incident["status"], "postmortem");
            assert_eq!(incident["resolved_at"], "2026-11-07T11:00:00Z");
            assert_eq!(history["page"]["updated_at"], at);
            let newest = &incident["incident_updates"][0];
            assert_eq!(
                (&newest["status"], &newest["body"]),
                (&json!("postmortem"), &json!(expected))
            );
            assert_eq!(
                (&newest["created_at"], &newest["display_at"]),
                (&json!(at), &Value::Null)
            );
            assert_eq!(ids(&document(&body, "summary"), "incidents"), [""; 0]);
        }
    }

    #[test]
    fn fields_can_be_odd_null_missing_or_there_twice() {
        let body = StatuspageBody::new("Odd")
            .indicator("catastrophic")
            .row(Component::new("c1", "A", "on_fire").raw("description", 7))
            .component("c1", "A again", "operational")
            .incident(
                Incident::new("i1", "T")
                    .impact("cosmic")
                    .raw("started_at", Value::Null)
                    .without("name"),
            );
        let summary = document(&body, "summary");
        assert_eq!(summary["status"]["indicator"], "catastrophic");
        assert_eq!(ids(&summary, "components"), ["c1", "c1"]);
        assert_eq!(summary["components"][0]["description"], 7);
        assert_eq!(summary["incidents"][0]["started_at"], Value::Null);
        assert_eq!(summary["incidents"][0].get("name"), None);
    }

    #[test]
    fn a_sized_page_is_of_that_size_the_same_each_time_and_unlike_its_neighbours() {
        for bytes in [5_000, 17_000, 60_000] {
            for index in [0, 1, 10, 4_999] {
                let text = StatuspageBody::sized(index, bytes).summary(URL).to_string();
                assert_eq!(text.len(), bytes, "page {index}");
                assert_eq!(text, StatuspageBody::sized(index, bytes).summary(URL).to_string());
                assert_ne!(
                    text,
                    StatuspageBody::sized(index + 1, bytes).summary(URL).to_string()
                );
            }
        }
        let summary = StatuspageBody::sized(1, 17_000).summary(URL);
        assert!(summary["components"].as_array().unwrap().len() > 30);
    }

    #[test]
    fn a_table_by_id_keeps_its_order() {
        let body: StatuspageBody = toml::from_str(
            "name = \"Acme\"\n[components.z]\nname = \"Z\"\n[components.a]\nname = \"A\"\n\
             [incidents.i1]\ntitle = \"T\"\n[incidents.i1.updates.u1]\nbody = \"B\"\n",
        )
        .unwrap();
        assert_eq!(ids(&document(&body, "summary"), "components"), ["z", "a"]);
        assert_eq!(body.incidents[0].updates[0].body, "B");
        let error = toml::from_str::<StatuspageBody>("[components.z]\nnmae = \"Z\"\n").unwrap_err();
        assert!(error.to_string().contains("z: unknown field `nmae`"), "{error}");
    }
}
