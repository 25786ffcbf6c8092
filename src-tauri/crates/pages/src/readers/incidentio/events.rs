//! Incidents and maintenances, from the page's lists and from its history.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use url::Url;

use super::components::{self, Components};
use super::words::{self, Phases};
use crate::readers::addresses::web_address;
use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Json, Object, Place, Warnings};
use crate::readers::lists::{Once, less_skipped, objects};
use crate::readers::names::shared_name;
use crate::readers::updates::{oldest_first, only_changes};
use crate::snapshot::{
    Coverage, Event, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts, NamedComponent,
    Postmortem, Transition, Update,
};
use crate::words::{Health, Phase};

/// The incidents and maintenances of a page, each once.
pub(super) struct Events<'c> {
    /// The page's address.
    page: Option<&'c Url>,
    components: &'c Components,
    incidents: Latest<Incident>,
    maintenances: Latest<Maintenance>,
    coverage: Coverage,
}

/// Events of one kind, each once.
struct Latest<E> {
    list: Vec<E>,
    positions: BTreeMap<String, usize>,
}

impl<E> Default for Latest<E> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            positions: BTreeMap::new(),
        }
    }
}

impl<F, P> Latest<Event<F, P>> {
    /// Adds an event. Of two with the same id the one counts that has the later update; the first where that is the same.
    fn put(&mut self, event: Event<F, P>) {
        let last = |event: &Event<F, P>| event.updates.last().and_then(|update| update.at);
        let position = self.positions.get(&event.id).copied();
        match position.and_then(|position| self.list.get_mut(position)) {
            Some(known) if last(&event) > last(known) => *known = event,
            Some(_) => {}
            None => {
                self.positions.insert(event.id.clone(), self.list.len());
                self.list.push(event);
            }
        }
    }
}

/// What an incident and a maintenance have in common.
struct Common<P> {
    id: String,
    title: String,
    phase: P,
    phase_raw: Option<String>,
    url: Option<String>,
    components: Vec<NamedComponent>,
    updates: Vec<Update<P>>,
}

impl<'c> Events<'c> {
    pub(super) fn new(page: Option<&'c Url>, components: &'c Components) -> Self {
        Self {
            page,
            components,
            incidents: Latest::default(),
            maintenances: Latest::default(),
            coverage: Coverage::NOTHING,
        }
    }

    /// Reads what is open.
    pub(super) fn read_summary(&mut self, summary: &Fields<'_, '_>, warnings: &mut Warnings) {
        let mut listing = |key: &str, are_maintenances: bool, warnings: &mut Warnings| {
            if summary.present(key).is_none() {
                warnings.add(summary.place.key(key), "missing");
            }
            summary.list(key, warnings).map_or(Listing::Absent, |list| {
                let skipped = self.read_list(list, &summary.place.key(key), are_maintenances, warnings);
                less_skipped(Listing::Complete, skipped)
            })
        };
        let open_incidents = listing("ongoing_incidents", false, warnings);
        let open_maintenances = listing("scheduled_maintenances", true, warnings);
        self.coverage.open_incidents = open_incidents;
        self.coverage.open_maintenances = open_maintenances;
    }

    /// Reads a history. What it says of an incident that is known already counts where it knows more of it.
    pub(super) fn read_history(&mut self, list: &[Json<'_>], top: &Place<'_>, warnings: &mut Warnings) {
        self.read_list(list, &top.key("incidents"), false, warnings);
    }

    /// How much of what is open has been read, and how many incidents that is.
    pub(super) fn read_so_far(&self) -> (Coverage, usize) {
        (self.coverage, self.incidents.list.len())
    }

    pub(super) fn into_lists(self) -> (Vec<Incident>, Vec<Maintenance>) {
        (self.incidents.list, self.maintenances.list)
    }

    fn read_list(
        &mut self,
        list: &[Json<'_>],
        place: &Place<'_>,
        are_maintenances: bool,
        warnings: &mut Warnings,
    ) -> usize {
        let mut derived = DerivedIds::default();
        objects(list, place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            if is_maintenance(object, are_maintenances) {
                let maintenance = self.maintenance(&fields, &mut derived, warnings);
                self.maintenances.put(maintenance);
            } else {
                let incident = self.incident(&fields, &mut derived, warnings);
                self.incidents.put(incident);
            }
        })
    }

    fn incident(
        &self,
        fields: &Fields<'_, '_>,
        derived: &mut DerivedIds,
        warnings: &mut Warnings,
    ) -> Incident {
        let common = self.common(fields, &words::INCIDENT, derived, warnings);
        let spans = Spans::read(fields, warnings);
        let began = [
            fields.time("published_at", warnings),
            common.updates.first().and_then(|update| update.at),
            spans.begin(|_| true),
        ];
        let resolved_at = common
            .updates
            .iter()
            .rev()
            .find(|update| update.phase == Phase::Resolved)
            .and_then(|update| update.at)
            .or_else(|| spans.end(|_| true));
        let worst = spans.worst(&common.components);
        Event {
            id: common.id,
            facts: IncidentFacts {
                title: common.title,
                impact: words::impact(worst.map_or(Health::Unknown, |(health, _)| health)),
                impact_raw: worst.map(|(_, raw)| raw.to_owned()),
                phase: common.phase,
                phase_raw: common.phase_raw,
                started_at: began.into_iter().flatten().min(),
                resolved_at: resolved_at.filter(|_| common.phase == Phase::Resolved),
                url: common.url,
                postmortem: postmortem(fields, warnings),
                components: common.components,
            },
            updates: common.updates,
        }
    }

    fn maintenance(
        &self,
        fields: &Fields<'_, '_>,
        derived: &mut DerivedIds,
        warnings: &mut Warnings,
    ) -> Maintenance {
        use crate::words::MaintenancePhase::{Completed, InProgress};
        let common = self.common(fields, &words::MAINTENANCE, derived, warnings);
        let spans = Spans::read(fields, warnings);
        let is_work = |health: Health| health == Health::Maintenance;
        let told = |phase| {
            let mut updates = common.updates.iter();
            updates
                .find(|update| update.phase == phase)
                .and_then(|update| update.at)
        };
        let (actual_start, actual_end) = (told(InProgress), told(Completed));
        Event {
            id: common.id,
            facts: MaintenanceFacts {
                title: common.title,
                phase: common.phase,
                phase_raw: common.phase_raw,
                starts_at: spans.begin(is_work).or_else(|| spans.begin(|_| true)),
                ends_at: spans.end(is_work).or_else(|| spans.end(|_| true)),
                actual_start,
                actual_end,
                url: common.url,
                components: common.components,
            },
            updates: common.updates,
        }
    }

    fn common<P: Copy>(
        &self,
        fields: &Fields<'_, '_>,
        phases: &Phases<P>,
        derived: &mut DerivedIds,
        warnings: &mut Warnings,
    ) -> Common<P> {
        let title = fields.expected_text("name", warnings).unwrap_or_default();
        let given = fields.id("id", warnings);
        let url = given.as_deref().and_then(|id| self.link(id));
        let id = given.map_or_else(
            || {
                // The title may be edited; the time of publication is not.
                let birth = fields.object.text("published_at").unwrap_or(title);
                derived.stand_in("event", &[birth], fields.place, warnings)
            },
            Cow::into_owned,
        );
        let phase_raw = fields.expected_text("status", warnings);
        let (mut components, _) = components::named(fields, warnings);
        for component in &mut components {
            component.name = self.name(component.id.as_deref());
        }
        Common {
            id,
            title: title.to_owned(),
            phase: phases.of(phase_raw, &fields.place.key("status"), warnings),
            phase_raw: phase_raw.map(str::to_owned),
            url,
            components,
            updates: self.updates(fields, phases, warnings),
        }
    }

    /// The updates with what changed by each.
    fn updates<P: Copy>(
        &self,
        fields: &Fields<'_, '_>,
        phases: &Phases<P>,
        warnings: &mut Warnings,
    ) -> Vec<Update<P>> {
        let Some(list) = fields.list("updates", warnings) else {
            return Vec::new();
        };
        let mut updates: Once<Update<P>> = Once::default();
        let mut derived = DerivedIds::default();
        objects(
            list,
            &fields.place.key("updates"),
            warnings,
            |object, place, warnings| {
                let fields = Fields {
                    object,
                    place: *place,
                };
                let at = fields.time("published_at", warnings);
                let raw = fields.text("to_status", warnings);
                let body = fields.text("message_string", warnings).unwrap_or_default();
                let id = fields.id("id", warnings).map_or_else(
                    || {
                        let birth = object.text("published_at").unwrap_or(body);
                        let parts = [birth, raw.unwrap_or_default()];
                        derived.stand_in("update", &parts, *place, warnings)
                    },
                    Cow::into_owned,
                );
                let update = Update {
                    id: id.clone(),
                    phase: phases.of(raw, &place.key("to_status"), warnings),
                    phase_raw: raw.map(str::to_owned),
                    at,
                    body: body.to_owned(),
                    components: self.states(&fields, warnings),
                };
                updates.put(&id, update, place, warnings);
            },
        );
        let mut updates = oldest_first(updates.into_list());
        only_changes(&mut updates);
        updates
    }

    /// How an update says that components are.
    fn states(&self, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<Transition> {
        let mut states = Vec::new();
        let Some(list) = fields.list("component_statuses", warnings) else {
            return states;
        };
        let place = fields.place.key("component_statuses");
        objects(list, &place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let Some(id) = fields.id("component_id", warnings) else {
                warnings.add(*place, "no component_id; passed over");
                return;
            };
            let raw = fields.expected_text("status", warnings);
            states.push(Transition {
                name: self.name(Some(&id)),
                id: Some(id.into_owned()),
                from: Health::Unknown,
                from_raw: None,
                to: raw.map_or(Health::Unknown, |raw| {
                    words::component(raw, &place.key("status"), warnings)
                }),
                to_raw: raw.map(str::to_owned),
            });
        });
        states
    }

    fn name(&self, id: Option<&str>) -> String {
        let name = id.and_then(|id| self.components.name(id));
        shared_name(name.unwrap_or_default())
    }

    /// The official page of an incident or a maintenance.
    fn link(&self, id: &str) -> Option<String> {
        let mut page = self
            .page
            .filter(|_| id.bytes().all(|byte| byte.is_ascii_alphanumeric()))?
            .clone();
        page.set_query(None);
        page.set_fragment(None);
        page.path_segments_mut()
            .ok()?
            .pop_if_empty()
            .extend(["incidents", id]);
        Some(page.into())
    }
}

/// What kind of event it is: its type says so, else its phase, else the list that holds it.
fn is_maintenance(object: Object<'_>, are_maintenances: bool) -> bool {
    match object.text("type") {
        Some("maintenance") => true,
        Some("incident") => false,
        _ => {
            are_maintenances
                || object
                    .text("status")
                    .is_some_and(|status| status.starts_with("maintenance_"))
        }
    }
}

/// The write-up, of which the page itself shows the contents.
fn postmortem(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<Postmortem> {
    let url = fields.text("write_up_url", warnings).and_then(web_address);
    // Its contents are a tree of formatted text where they are not plain.
    let body = fields
        .object
        .text("write_up_contents")
        .filter(|body| !body.trim().is_empty())
        .map(str::to_owned);
    (url.is_some() || body.is_some()).then_some(Postmortem { body, url, at: None })
}

/// When an event did what to components: `component_impacts`, and the worst of them over time in `status_summaries`.
struct Spans<'j>(Vec<Span<'j>>);

struct Span<'j> {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    raw: Option<&'j str>,
    health: Health,
}

impl<'j> Spans<'j> {
    fn read(fields: &Fields<'j, '_>, warnings: &mut Warnings) -> Self {
        let mut spans = Vec::new();
        for (list_key, word_key) in [
            ("component_impacts", "status"),
            ("status_summaries", "worst_component_status"),
        ] {
            let Some(list) = fields.list(list_key, warnings) else {
                continue;
            };
            let place = fields.place.key(list_key);
            objects(list, &place, warnings, |object, place, warnings| {
                let fields = Fields {
                    object,
                    place: *place,
                };
                let raw = fields.text(word_key, warnings);
                spans.push(Span {
                    start: fields.time("start_at", warnings),
                    end: fields.time("end_at", warnings),
                    raw,
                    health: raw.map_or(Health::Unknown, |raw| {
                        words::component(raw, &place.key(word_key), warnings)
                    }),
                });
            });
        }
        Self(spans)
    }

    /// When the first of them began.
    fn begin(&self, counts: impl Fn(Health) -> bool) -> Option<Timestamp> {
        let counted = self.0.iter().filter(|span| counts(span.health));
        counted.filter_map(|span| span.start).min()
    }

    /// When the last of them ended; `None` while one has no end.
    fn end(&self, counts: impl Fn(Health) -> bool) -> Option<Timestamp> {
        let ends: Option<Vec<Timestamp>> = self
            .0
            .iter()
            .filter(|span| counts(span.health))
            .map(|span| span.end)
            .collect();
        ends?.into_iter().max()
    }

    /// The worst that is said of any component, maintenance apart.
    fn worst<'w>(&'w self, named: &'w [NamedComponent]) -> Option<(Health, &'w str)> {
        let spans = self.0.iter().filter_map(|span| Some((span.health, span.raw?)));
        let named = named
            .iter()
            .filter_map(|component| Some((component.health?, component.raw.as_deref()?)));
        spans
            .chain(named)
            .filter(|(health, _)| health.is_known() && *health != Health::Maintenance)
            .max_by_key(|(health, _)| health.rank())
    }
}
