//! From a body to the documents of the public API.

use serde_json::{Map, Value, json};

use super::{Component, Incident, Postmortem, SOME_TIME, StatuspageBody, Update};

impl StatuspageBody {
    /// `summary.json`: the page, its word, components, open incidents, maintenances that are not over.
    #[must_use]
    pub fn summary(&self, url: &str) -> Value {
        let mut summary = self.envelope(url);
        summary["components"] = self.component_rows().into();
        summary["incidents"] = self.notices(&self.incidents, url, |incident| !incident.is_over());
        summary["scheduled_maintenances"] =
            self.notices(&self.maintenances, url, |incident| !incident.is_over());
        self.with_status(summary)
    }

    /// Every document, by path.
    pub(super) fn rendered(&self, url: &str) -> Vec<(&'static str, Value)> {
        let of_page = |field: &str, value: Value| {
            let mut document = self.envelope(url);
            document[field] = value;
            document
        };
        let open = |incident: &Incident| !incident.is_over();
        let is_upcoming = |incident: &Incident| incident.shown_phase() == "scheduled";
        let is_active = |incident: &Incident| !incident.is_over() && incident.shown_phase() != "scheduled";
        let maintenances = |keep: &dyn Fn(&Incident) -> bool| {
            of_page(
                "scheduled_maintenances",
                self.notices(&self.maintenances, url, keep),
            )
        };
        vec![
            ("/api/v2/summary.json", self.summary(url)),
            ("/api/v2/status.json", self.with_status(self.envelope(url))),
            (
                "/api/v2/components.json",
                of_page("components", self.component_rows().into()),
            ),
            (
                "/api/v2/incidents.json",
                of_page("incidents", self.notices(&self.incidents, url, |_| true)),
            ),
            (
                "/api/v2/incidents/unresolved.json",
                of_page("incidents", self.notices(&self.incidents, url, open)),
            ),
            ("/api/v2/scheduled-maintenances.json", maintenances(&|_| true)),
            (
                "/api/v2/scheduled-maintenances/upcoming.json",
                maintenances(&is_upcoming),
            ),
            (
                "/api/v2/scheduled-maintenances/active.json",
                maintenances(&is_active),
            ),
        ]
    }

    fn page_id(&self) -> String {
        self.id.clone().unwrap_or_else(|| {
            let seed = self.name.bytes().fold(17u64, |seed, byte| {
                seed.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
            });
            let mut random = fastrand::Rng::with_seed(seed);
            (0..12)
                .map(|_| char::to_ascii_lowercase(&random.alphanumeric()))
                .collect()
        })
    }

    fn envelope(&self, url: &str) -> Value {
        let notices = self.incidents.iter().chain(&self.maintenances);
        let latest = notices.map(changed_at).max().unwrap_or(SOME_TIME);
        let page = json!({
            "id": self.page_id(),
            "name": self.name,
            "url": self.url.as_deref().unwrap_or(url),
            "time_zone": self.time_zone.as_deref().unwrap_or("Etc/UTC"),
            "updated_at": self.updated_at.as_deref().unwrap_or(latest),
        });
        json!({ "page": overridden(page, &self.raw, &self.without) })
    }

    fn with_status(&self, mut document: Value) -> Value {
        let indicator = self
            .indicator
            .as_deref()
            .unwrap_or_else(|| self.usual_indicator());
        let description = self.description.as_deref().unwrap_or(match indicator {
            "none" => "Everything works",
            "minor" => "Some things work badly",
            "major" => "Some things do not work",
            "critical" => "Most things do not work",
            "maintenance" => "Work is going on",
            _ => "See below",
        });
        document["status"] = json!({ "indicator": indicator, "description": description });
        document
    }

    /// The worst impact of the open incidents, else the maintenance under way, else the worst component.
    fn usual_indicator(&self) -> &str {
        let rank_of_impact = |impact: &str| {
            ["minor", "major", "critical"]
                .iter()
                .position(|word| *word == impact)
        };
        let impacts = self.incidents.iter().filter(|incident| !incident.is_over());
        let worst = impacts
            .map(Incident::shown_impact)
            .filter(|impact| rank_of_impact(impact).is_some())
            .max_by_key(|impact| rank_of_impact(impact));
        let is_worked_on = self
            .maintenances
            .iter()
            .any(|maintenance| matches!(maintenance.shown_phase(), "in_progress" | "verifying"));
        match worst {
            Some(impact) => impact,
            None if is_worked_on => "maintenance",
            None => match self
                .components
                .iter()
                .map(|component| rank(self.shown_status(component)))
                .max()
            {
                Some(1) => "maintenance",
                Some(2) => "minor",
                Some(3) => "major",
                Some(4) => "critical",
                _ => "none",
            },
        }
    }

    fn shown_status<'a>(&'a self, component: &'a Component) -> &'a str {
        let of_children = || {
            let children = self
                .components
                .iter()
                .filter(|child| child.group.as_ref() == Some(&component.id));
            children
                .filter_map(|child| child.status.as_deref())
                .max_by_key(|status| rank(status))
        };
        let status = component.status.as_deref();
        status
            .or_else(|| if component.is_group { of_children() } else { None })
            .unwrap_or("operational")
    }

    fn component_rows(&self) -> Vec<Value> {
        let rows = self.components.iter().enumerate();
        rows.map(|(place, component)| self.component_row(place, component))
            .collect()
    }

    pub(super) fn component_row(&self, place: usize, component: &Component) -> Value {
        let mut row = json!({
            "id": component.id,
            "name": component.name,
            "status": self.shown_status(component),
            "created_at": SOME_TIME,
            "updated_at": component.updated_at.as_deref().unwrap_or(SOME_TIME),
            "position": place + 1,
            "description": component.description,
            "showcase": false,
            "start_date": null,
            "group_id": component.group,
            "page_id": self.page_id(),
            "group": component.is_group,
            "only_show_if_degraded": component.only_show_if_degraded,
        });
        if component.is_group {
            let children = self
                .components
                .iter()
                .filter(|child| child.group.as_ref() == Some(&component.id));
            row["components"] = children.map(|child| Value::from(child.id.as_str())).collect();
        }
        overridden(row, &component.raw, &component.without)
    }

    /// Newest first, as the real ones are.
    fn notices(&self, notices: &[Incident], url: &str, keep: impl Fn(&Incident) -> bool) -> Value {
        let kept = notices.iter().rev().filter(|notice| keep(notice));
        kept.map(|notice| self.notice(notice, url)).collect()
    }

    fn notice(&self, notice: &Incident, url: &str) -> Value {
        let began_at = began_at(notice);
        let published_in = |phase: &str| {
            let update = notice
                .updates
                .iter()
                .rev()
                .find(|update| update.shown_phase() == phase);
            update.and_then(|update| update.at.as_deref())
        };
        let ended_at = notice.resolved_at.as_deref().or_else(|| {
            let usual = || published_in("resolved").or_else(|| published_in("completed"));
            notice.is_over().then(usual).flatten()
        });
        let written_up = notice
            .postmortem
            .iter()
            .map(|postmortem| self.write_up(notice, postmortem));
        let named = self.components.iter().enumerate();
        let named = named.filter(|(_, component)| notice.affects.contains(&component.id));
        let mut value = json!({
            "id": notice.id,
            "name": notice.title,
            "status": notice.shown_phase(),
            "created_at": began_at,
            "updated_at": changed_at(notice),
            "monitoring_at": published_in("monitoring"),
            "resolved_at": ended_at,
            "impact": notice.shown_impact(),
            "shortlink": format!("{}/incidents/{}", self.url.as_deref().unwrap_or(url), notice.id),
            "started_at": began_at,
            "page_id": self.page_id(),
            "incident_updates": written_up
                .chain(notice.updates.iter().rev().map(|update| self.update(notice, update)))
                .collect::<Value>(),
            "components": named
                .map(|(place, component)| self.component_row(place, component))
                .collect::<Value>(),
        });
        if notice.is_maintenance() {
            value["scheduled_for"] = json!(notice.scheduled_for);
            value["scheduled_until"] = json!(notice.scheduled_until);
        }
        overridden(value, &notice.raw, &notice.without)
    }

    fn update(&self, notice: &Incident, update: &Update) -> Value {
        let at = update.at.as_deref().unwrap_or_else(|| began_at(notice));
        let transitions = update.transitions.iter().map(|transition| {
            json!({
                "code": transition.component,
                "name": self.full_name(&transition.component),
                "old_status": transition.from,
                "new_status": transition.to,
            })
        });
        let value = json!({
            "id": update.id,
            "status": update.shown_phase(),
            "body": update.body,
            "incident_id": notice.id,
            "created_at": at,
            "updated_at": update.edited_at.as_deref().unwrap_or(at),
            "display_at": at,
            "affected_components": if update.transitions.is_empty() {
                Value::Null
            } else {
                transitions.collect()
            },
            "deliver_notifications": true,
            "custom_tweet": null,
            "tweet_id": null,
        });
        overridden(value, &update.raw, &update.without)
    }

    /// A write-up is the newest update, in a phase of its own; the service gives it no time of display.
    fn write_up(&self, notice: &Incident, postmortem: &Postmortem) -> Value {
        let update = Update::new(
            format!("{}-postmortem", notice.id),
            "postmortem",
            postmortem.shown_body(),
        );
        self.update(notice, &update.at(&postmortem.at).raw("display_at", Value::Null))
    }

    /// `Group - Component`, as updates name components.
    fn full_name(&self, id: &str) -> String {
        let find = |id: &str| self.components.iter().find(|component| component.id == id);
        let Some(component) = find(id) else {
            return id.to_owned();
        };
        match component.group.as_deref().and_then(find) {
            Some(group) => format!("{} - {}", group.name, component.name),
            None => component.name.clone(),
        }
    }
}

fn began_at(notice: &Incident) -> &str {
    let first = notice.updates.first().and_then(|update| update.at.as_deref());
    notice.started_at.as_deref().or(first).unwrap_or(SOME_TIME)
}

fn changed_at(notice: &Incident) -> &str {
    let edited = notice
        .updates
        .iter()
        .filter_map(|update| update.edited_at.as_deref().or(update.at.as_deref()))
        .chain(notice.postmortem.iter().map(|postmortem| postmortem.at.as_str()));
    notice
        .updated_at
        .as_deref()
        .or_else(|| edited.max())
        .unwrap_or_else(|| began_at(notice))
}

/// How bad a component's word is.
fn rank(status: &str) -> usize {
    [
        "operational",
        "under_maintenance",
        "degraded_performance",
        "partial_outage",
        "major_outage",
    ]
    .iter()
    .position(|word| *word == status)
    .unwrap_or_default()
}

fn overridden(mut value: Value, raw: &Map<String, Value>, without: &[String]) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.extend(raw.clone());
        fields.retain(|field, _| !without.contains(field));
    }
    value
}
