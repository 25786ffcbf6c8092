//! Incidents with their timelines, and maintenances.

use jiff::Timestamp;

use super::Names;
use crate::readers::Site;
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Json, Object, Place, Warnings, meaning};
use crate::readers::lists::{Once, objects};
use crate::readers::updates::oldest_first_of_newest_first;
use crate::snapshot::{
    Incident, IncidentFacts, Maintenance, MaintenanceFacts, NamedComponent, Postmortem, Update,
};
use crate::words::{Impact, MaintenancePhase, Phase};

/// Everything that the page tells of as happening.
#[derive(Default)]
pub(super) struct Events {
    pub(super) incidents: Vec<Incident>,
    pub(super) maintenances: Vec<Maintenance>,
    /// How many entries of the list could not be read; `None` where there is no list.
    pub(super) incidents_skipped: Option<usize>,
    pub(super) maintenances_skipped: Option<usize>,
    /// Whether something that is open does not say what it hits.
    pub(super) is_doubtful: bool,
}

impl Events {
    /// The components that are named by what is open now.
    pub(super) fn named_now(&self) -> impl Iterator<Item = &NamedComponent> {
        let incidents = self
            .incidents
            .iter()
            .filter(|incident| incident.facts.is_open())
            .flat_map(|incident| &incident.facts.components);
        let maintenances = self
            .maintenances
            .iter()
            .filter(|maintenance| maintenance.facts.phase.is_in_progress())
            .flat_map(|maintenance| &maintenance.facts.components);
        incidents.chain(maintenances)
    }
}

/// Reads the two lists.
pub(super) fn read(
    fields: &Fields<'_, '_>,
    names: &Names,
    site: Option<&Site>,
    warnings: &mut Warnings,
) -> Events {
    let mut incidents: Once<Incident> = Once::default();
    let mut maintenances: Once<Maintenance> = Once::default();
    let mut derived = DerivedIds::default();
    let mut is_doubtful = false;
    let incidents_skipped = fields.list("incidents", warnings).map(|list| {
        objects(
            list,
            &fields.place.key("incidents"),
            warnings,
            |object, place, warnings| {
                let entry = Entry::of(object, place, names, &mut derived, warnings);
                is_doubtful |= entry.resolved_at.is_none() && !entry.names_all;
                if entry
                    .severity
                    .is_some_and(|severity| severity.eq_ignore_ascii_case("MAINTENANCE"))
                {
                    let maintenance = entry.maintenance(site, warnings);
                    maintenances.put(&maintenance.id.clone(), maintenance, place, warnings);
                } else {
                    let incident = entry.incident(site, warnings);
                    incidents.put(&incident.id.clone(), incident, place, warnings);
                }
            },
        )
    });
    let maintenances_skipped = fields.list("scheduledMaintenances", warnings).map(|list| {
        let place = fields.place.key("scheduledMaintenances");
        objects(list, &place, warnings, |object, place, warnings| {
            let maintenance = scheduled(object, place, names, &mut derived, warnings);
            maintenances.put(&maintenance.id.clone(), maintenance, place, warnings);
        })
    });
    Events {
        incidents: incidents.into_list(),
        maintenances: maintenances.into_list(),
        incidents_skipped,
        maintenances_skipped,
        is_doubtful,
    }
}

/// An entry of `incidents`.
struct Entry<'j, 'p> {
    fields: Fields<'j, 'p>,
    id: String,
    title: String,
    severity: Option<&'j str>,
    started_at: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
    components: Vec<NamedComponent>,
    /// Whether it names components, and each of them could be read.
    names_all: bool,
    milestones: Milestones<'j>,
}

impl<'j, 'p> Entry<'j, 'p> {
    fn of(
        object: Object<'j>,
        place: &Place<'p>,
        names: &Names,
        derived: &mut DerivedIds,
        warnings: &mut Warnings,
    ) -> Self {
        let fields = Fields {
            object,
            place: *place,
        };
        let title = title(&fields, "title", warnings);
        let times = fields.object("timestamps", warnings).map(|object| Fields {
            object,
            place: place.key("timestamps"),
        });
        let time = |key, warnings: &mut Warnings| times.and_then(|times| times.time(key, warnings));
        let started_at = time("started", warnings).or_else(|| time("detected", warnings));
        let resolved_at = time("resolved", warnings);
        let birth = times.and_then(|times| times.object.text("started"));
        let (components, skipped) = named(&fields, names, warnings);
        Self {
            id: id(&fields, birth.unwrap_or(&title), derived, warnings),
            title,
            severity: fields.text("severitySlug", warnings),
            started_at,
            resolved_at,
            names_all: !components.is_empty() && skipped == 0,
            components,
            milestones: Milestones::of(&fields, warnings),
            fields,
        }
    }

    fn incident(self, site: Option<&Site>, warnings: &mut Warnings) -> Incident {
        let written_up = self.milestones.reached(Phase::Postmortem);
        let (phase, phase_raw) = match (self.resolved_at, written_up) {
            (Some(_), Some(_)) => (Phase::Postmortem, None),
            (Some(_), None) => (Phase::Resolved, None),
            (None, _) => self.milestones.latest(),
        };
        let updates = self.updates(Phase::Unknown, |phase| phase, warnings);
        let place = self.fields.place.key("severitySlug");
        let facts = IncidentFacts {
            impact: self
                .severity
                .and_then(|raw| meaning(raw, SEVERITIES, &place, warnings))
                .unwrap_or(Impact::Unknown),
            impact_raw: self.severity.map(str::to_owned),
            phase,
            phase_raw: phase_raw.map(str::to_owned),
            started_at: self.started_at,
            resolved_at: self.resolved_at,
            url: link(site, &self.id),
            components: self.components,
            postmortem: written_up.map(|at| Postmortem {
                body: None,
                url: None,
                at: Some(at),
            }),
            ..IncidentFacts::titled(&self.title)
        };
        Incident {
            id: self.id,
            facts,
            updates,
        }
    }

    /// An incident whose severity is that it is a maintenance: it has begun, and is over when it is resolved.
    fn maintenance(self, site: Option<&Site>, warnings: &mut Warnings) -> Maintenance {
        let updates = self.updates(MaintenancePhase::Unknown, as_maintenance, warnings);
        let facts = MaintenanceFacts {
            phase: if self.resolved_at.is_some() {
                MaintenancePhase::Completed
            } else {
                MaintenancePhase::InProgress
            },
            actual_start: self.started_at,
            actual_end: self.resolved_at,
            url: link(site, &self.id),
            components: self.components,
            ..MaintenanceFacts::titled(&self.title)
        };
        Maintenance {
            id: self.id,
            facts,
            updates,
        }
    }

    /// What was written, and each milestone that was reached without words, oldest first. An entry that is neither tells
    /// of things that are not published.
    fn updates<P: Copy>(
        &self,
        unknown: P,
        phase_of: impl Fn(Phase) -> P,
        warnings: &mut Warnings,
    ) -> Vec<Update<P>> {
        let list = self.fields.list("timeline", warnings).unwrap_or_default();
        let mut updates: Vec<Update<P>> = Vec::with_capacity(list.len());
        let mut derived = DerivedIds::default();
        objects(
            list,
            &self.fields.place.key("timeline"),
            warnings,
            |object, place, warnings| {
                let event = Fields {
                    object,
                    place: *place,
                };
                let Some(details) = event.object("details", warnings) else {
                    return;
                };
                let milestone = milestone_of(details);
                let note = note_of(details);
                if note.is_none() && milestone.is_none() {
                    return;
                }
                // An import fills in old times afterwards, and records everything at once.
                let recorded_at = event.time("time", warnings);
                let at = event.time("occurredAt", warnings).or(recorded_at);
                let birth = object.text("time").or_else(|| object.text("occurredAt"));
                let kind = if note.is_some() { "note" } else { "milestone" };
                let phase = match milestone {
                    Some(raw) => Some(phase(raw, &place.key("details"), warnings)),
                    None => at.and_then(|at| self.milestones.at(at)),
                };
                updates.push(Update {
                    id: derived.distinct(derived_id("update", &[birth.or(note).unwrap_or_default(), kind])),
                    phase: phase.map_or(unknown, &phase_of),
                    phase_raw: milestone.map(str::to_owned),
                    at,
                    body: note.unwrap_or_default().to_owned(),
                    components: Vec::new(),
                });
            },
        );
        oldest_first_of_newest_first(updates)
    }
}

/// The milestones that an incident has reached, oldest first.
struct Milestones<'j> {
    reached: Vec<(Timestamp, Phase, &'j str)>,
    /// The one that the incident says it is at.
    current: Option<(Phase, &'j str)>,
}

impl<'j> Milestones<'j> {
    fn of(fields: &Fields<'j, '_>, warnings: &mut Warnings) -> Self {
        let mut reached = Vec::new();
        let phases = fields.list("lifecyclePhases", warnings).unwrap_or_default();
        let place = fields.place.key("lifecyclePhases");
        objects(phases, &place, warnings, |object, place, warnings| {
            let list = Fields {
                object,
                place: *place,
            }
            .list("milestones", warnings);
            let place = place.key("milestones");
            objects(
                list.unwrap_or_default(),
                &place,
                warnings,
                |object, place, warnings| {
                    let milestone = Fields {
                        object,
                        place: *place,
                    };
                    // One without a time has not been reached.
                    if let Some(at) = milestone.time("occurredAt", warnings)
                        && let Some(raw) = milestone.text("slug", warnings)
                    {
                        reached.push((at, phase(raw, &place.key("slug"), warnings), raw));
                    }
                },
            );
        });
        let timeline = fields
            .list("timeline", &mut Warnings::default())
            .unwrap_or_default();
        for event in timeline.iter().filter_map(Json::object) {
            let event = Fields {
                object: event,
                place: fields.place,
            };
            // What is odd in it is told where the updates are read.
            let mut unheard = Warnings::default();
            let at = event.time("occurredAt", &mut unheard);
            if let Some(at) = at.or_else(|| event.time("time", &mut unheard))
                && let Some(raw) = event.object.object("details").and_then(milestone_of)
            {
                reached.push((at, phase(raw, &fields.place, &mut unheard), raw));
            }
        }
        reached.sort_by_key(|(at, ..)| *at);
        let current = fields
            .text("currentMilestone", warnings)
            .map(|raw| (phase(raw, &fields.place.key("currentMilestone"), warnings), raw));
        Self { reached, current }
    }

    /// Where the incident stands.
    fn latest(&self) -> (Phase, Option<&'j str>) {
        let last = self.reached.last().map(|(_, phase, raw)| (*phase, *raw));
        match self.current.or(last) {
            Some((phase, raw)) => (phase, Some(raw)),
            None => (Phase::Unknown, None),
        }
    }

    /// Where it stood at a moment.
    fn at(&self, at: Timestamp) -> Option<Phase> {
        let after = self.reached.partition_point(|(reached, ..)| *reached <= at);
        let (_, phase, _) = self.reached.get(after.checked_sub(1)?)?;
        Some(*phase)
    }

    /// When it came to a phase first.
    fn reached(&self, wanted: Phase) -> Option<Timestamp> {
        let mut reached = self.reached.iter();
        reached.find(|(_, phase, _)| *phase == wanted).map(|(at, ..)| *at)
    }
}

fn milestone_of(details: Object<'_>) -> Option<&str> {
    details.object("milestoneUpdate")?.text("currentMilestone")
}

/// The words of an event, which stand one deeper where an event holds more than words.
fn note_of(details: Object<'_>) -> Option<&str> {
    let note = details
        .text("note")
        .or_else(|| details.object("note").and_then(|note| note.text("note")));
    note.filter(|note| !note.trim().is_empty())
}

/// An entry of `scheduledMaintenances`. That it is there is all that says where it stands.
fn scheduled(
    object: Object<'_>,
    place: &Place<'_>,
    names: &Names,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Maintenance {
    let fields = Fields {
        object,
        place: *place,
    };
    let title = title(&fields, "name", warnings);
    let birth = object.text("startsAt").unwrap_or(&title);
    let id = id(&fields, birth, derived, warnings);
    let summary = fields
        .text("summary", warnings)
        .filter(|summary| !summary.trim().is_empty());
    let updates = summary
        .map(|body| Update {
            id: derived_id("update", &[&id, "summary"]),
            phase: MaintenancePhase::Scheduled,
            phase_raw: None,
            at: None,
            body: body.to_owned(),
            components: Vec::new(),
        })
        .into_iter()
        .collect();
    let facts = MaintenanceFacts {
        phase: MaintenancePhase::Scheduled,
        starts_at: fields.time("startsAt", warnings),
        ends_at: fields.time("endsAt", warnings),
        components: named(&fields, names, warnings).0,
        ..MaintenanceFacts::titled(&title)
    };
    Maintenance { id, facts, updates }
}

fn id(fields: &Fields<'_, '_>, birth: &str, derived: &mut DerivedIds, warnings: &mut Warnings) -> String {
    fields
        .id("id", warnings)
        .map(Into::into)
        .unwrap_or_else(|| derived.stand_in("incidents", &[birth], fields.place, warnings))
}

/// Incidents have a `title`, maintenances a `name`; programs have seen a `name` on both.
fn title(fields: &Fields<'_, '_>, usual: &str, warnings: &mut Warnings) -> String {
    let other = if usual == "title" { "name" } else { "title" };
    let title = fields
        .text(usual, warnings)
        .or_else(|| fields.text(other, warnings));
    if title.is_none() {
        warnings.add(fields.place.key(usual), "missing");
    }
    title.unwrap_or_default().to_owned()
}

/// The components that an event names, with the conditions that it gives them, and how many could not be read.
fn named(fields: &Fields<'_, '_>, names: &Names, warnings: &mut Warnings) -> (Vec<NamedComponent>, usize) {
    let mut named = Vec::new();
    if let Some(list) = fields.list("components", warnings) {
        let skipped = objects(
            list,
            &fields.place.key("components"),
            warnings,
            |object, place, warnings| {
                let component = Fields {
                    object,
                    place: *place,
                };
                let name = component.expected_text("name", warnings).unwrap_or_default();
                let raw = component.expected_text("condition", warnings);
                let given = component.id("id", warnings).map(Into::into);
                named.push(NamedComponent {
                    id: given.or_else(|| names.ids.get(name).cloned()),
                    name: name.to_owned(),
                    health: raw.map(|raw| names.condition(raw, &place.key("condition"), warnings)),
                    raw: raw.map(str::to_owned),
                });
            },
        );
        return (named, skipped);
    }
    let Some(conditions) = fields.object("componentConditions", warnings) else {
        return (named, 0);
    };
    let place = fields.place.key("componentConditions");
    let of = Fields {
        object: conditions,
        place,
    };
    for (name, _) in conditions.entries() {
        let raw = of.text(name, warnings);
        named.push(NamedComponent {
            id: names.ids.get(name).cloned(),
            name: name.to_owned(),
            health: raw.map(|raw| names.condition(raw, &place.key(name), warnings)),
            raw: raw.map(str::to_owned),
        });
    }
    (named, 0)
}

/// The official page of an incident.
fn link(site: Option<&Site>, id: &str) -> Option<String> {
    let is_plain = id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    site.filter(|_| is_plain && !id.is_empty())
        .and_then(|site| site.join(&format!("incidents/{id}")))
        .map(String::from)
}

/// A milestone's name.
fn phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Phase {
    meaning(
        word,
        &[
            ("started", Phase::Investigating),
            ("detected", Phase::Investigating),
            ("acknowledged", Phase::Investigating),
            ("investigating", Phase::Investigating),
            ("identified", Phase::Identified),
            ("mitigated", Phase::Monitoring),
            ("monitoring", Phase::Monitoring),
            ("resolved", Phase::Resolved),
            ("closed", Phase::Resolved),
            ("postmortem_started", Phase::Postmortem),
            ("postmortem_completed", Phase::Postmortem),
        ],
        place,
        warnings,
    )
    .unwrap_or(Phase::Unknown)
}

fn as_maintenance(phase: Phase) -> MaintenancePhase {
    match phase {
        Phase::Resolved | Phase::Postmortem => MaintenancePhase::Completed,
        Phase::Investigating | Phase::Identified | Phase::Monitoring => MaintenancePhase::InProgress,
        Phase::Unknown => MaintenancePhase::Unknown,
    }
}

/// Severities are each customer's own; these are the ones that FireHydrant begins with.
const SEVERITIES: &[(&str, Impact)] = &[
    ("SEV1", Impact::Critical),
    ("SEV2", Impact::Major),
    ("SEV3", Impact::Minor),
    ("SEV4", Impact::Minor),
    ("SEV5", Impact::Minor),
    ("UNSET", Impact::Unknown),
];
