//! Incidents and maintenances.

use jiff::Timestamp;
use url::Url;

use super::resources::{Included, List, Resource, status};
use crate::readers::Site;
use crate::readers::cachet2::words;
use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Object, Place, Warnings};
use crate::readers::lists::{Once, objects};
use crate::readers::names::shared_name;
use crate::readers::updates::{oldest_first, own_text};
use crate::snapshot::{Incident, IncidentFacts, Maintenance, MaintenanceFacts, NamedComponent, Update};
use crate::words::{MaintenancePhase, Phase};

/// The events of a page, each once.
pub(super) struct Events {
    page: Option<Url>,
    incidents: Once<Incident>,
    maintenances: Once<Maintenance>,
    derived: DerivedIds,
}

impl Events {
    pub(super) fn new(site: Option<&Site>) -> Self {
        Self {
            page: site.map(|site| site.base().clone()),
            incidents: Once::default(),
            maintenances: Once::default(),
            derived: DerivedIds::default(),
        }
    }

    pub(super) fn into_lists(self) -> (Vec<Incident>, Vec<Maintenance>) {
        (self.incidents.into_list(), self.maintenances.into_list())
    }

    /// Reads a list of incidents; returns how many could not be read.
    pub(super) fn incidents(&mut self, list: &List<'_>, warnings: &mut Warnings) -> usize {
        let mut included = Included::of(list);
        let mut without_attributes = 0;
        let top = Place::document("incidents");
        let skipped = objects(
            list.entries,
            &top.key("data"),
            warnings,
            |object, place, warnings| {
                let Some(entry) = Resource::of(object, place, warnings) else {
                    without_attributes += 1;
                    return;
                };
                let id = self.id("incident", &entry, warnings);
                let incident = self.incident(object, &entry.attributes, &mut included, id.clone(), warnings);
                self.incidents.put(&id, incident, place, warnings);
            },
        );
        skipped + without_attributes
    }

    /// Reads a list of schedules; returns how many could not be read.
    pub(super) fn schedules(&mut self, list: &List<'_>, warnings: &mut Warnings) -> usize {
        let mut included = Included::of(list);
        let mut without_attributes = 0;
        let top = Place::document("schedules");
        let skipped = objects(
            list.entries,
            &top.key("data"),
            warnings,
            |object, place, warnings| {
                let Some(entry) = Resource::of(object, place, warnings) else {
                    without_attributes += 1;
                    return;
                };
                let id = self.id("maintenance", &entry, warnings);
                let maintenance = maintenance(object, &entry.attributes, &mut included, id.clone(), warnings);
                self.maintenances.put(&id, maintenance, place, warnings);
            },
        );
        skipped + without_attributes
    }

    fn id(&mut self, kind: &str, entry: &Resource<'_, '_>, warnings: &mut Warnings) -> String {
        entry.id.clone().unwrap_or_else(|| {
            let attributes = entry.attributes.object;
            let created_at = attributes
                .object("created")
                .and_then(|created| created.text("string"));
            let birth = created_at.or_else(|| attributes.text("name")).unwrap_or_default();
            self.derived
                .stand_in(kind, &[birth], entry.attributes.place, warnings)
        })
    }

    fn incident<'j>(
        &self,
        object: Object<'j>,
        fields: &Fields<'j, '_>,
        included: &mut Included<'j>,
        id: String,
        warnings: &mut Warnings,
    ) -> Incident {
        let title = fields.expected_text("name", warnings).unwrap_or_default();
        let created_at = moment(fields, "created", warnings);
        let started_at = moment(fields, "occurred", warnings).or(created_at);
        let (number, human) = status(fields, warnings);
        let phase = words::phase(number.as_deref(), &fields.place.key("status"), warnings);
        let phase_raw = human.or(number);
        let later = updates(object, included, &fields.place, warnings, |fields, warnings| {
            let (number, human) = status(fields, warnings);
            (
                words::phase(number.as_deref(), &fields.place.key("status"), warnings),
                human.or(number),
            )
        });
        // The status is that of the latest update, so the first text has it only where it is alone.
        let is_alone = later.is_empty();
        let first = own_text(
            &id,
            fields.text("message", warnings),
            started_at,
            if is_alone { phase } else { Phase::Unknown },
            phase_raw.clone().filter(|_| is_alone),
        );
        let updates = oldest_first(first.into_iter().chain(later).collect());
        let last = updates.last().filter(|update| update.phase == Phase::Resolved);
        Incident {
            facts: IncidentFacts {
                phase,
                phase_raw,
                started_at,
                resolved_at: last
                    .filter(|_| phase == Phase::Resolved)
                    .and_then(|update| update.at),
                url: self.link(fields.object.text("guid")),
                components: named(object, included),
                ..IncidentFacts::titled(title)
            },
            updates,
            id,
        }
    }

    /// The page of an incident, which has the name that its `guid` is.
    fn link(&self, guid: Option<&str>) -> Option<String> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let guid = guid.filter(|guid| !guid.is_empty() && guid.bytes().all(is_plain))?;
        let url = self.page.as_ref()?.join(&format!("incidents/{guid}")).ok()?;
        Some(url.into())
    }
}

fn maintenance<'j>(
    object: Object<'j>,
    fields: &Fields<'j, '_>,
    included: &mut Included<'j>,
    id: String,
    warnings: &mut Warnings,
) -> Maintenance {
    let title = fields.expected_text("name", warnings).unwrap_or_default();
    let (number, human) = status(fields, warnings);
    let phase = words::maintenance_phase(number.as_deref(), &fields.place.key("status"), warnings);
    let phase_raw = human.or(number);
    let completed_at = moment(fields, "completed", warnings);
    let is_over = phase == MaintenancePhase::Completed;
    // An update of a maintenance has no status.
    let later = updates(object, included, &fields.place, warnings, |_, _| {
        (MaintenancePhase::Unknown, None)
    });
    let created_at = moment(fields, "created", warnings);
    let message = fields.text("message", warnings);
    let first = own_text(&id, message, created_at, MaintenancePhase::Unknown, None);
    Maintenance {
        facts: MaintenanceFacts {
            phase,
            phase_raw,
            starts_at: moment(fields, "scheduled", warnings),
            // Until it is over it is when it shall be.
            ends_at: completed_at.filter(|_| !is_over),
            actual_end: completed_at.filter(|_| is_over),
            components: named(object, included),
            ..MaintenanceFacts::titled(title)
        },
        updates: oldest_first(first.into_iter().chain(later).collect()),
        id,
    }
}

/// The components that an event refers to.
fn named<'j>(object: Object<'j>, included: &Included<'j>) -> Vec<NamedComponent> {
    included
        .related(object, "components")
        .map(|(id, attributes)| NamedComponent {
            id: Some(id.to_owned()),
            name: shared_name(
                attributes
                    .and_then(|attributes| attributes.text("name"))
                    .unwrap_or_default(),
            ),
            health: None,
            raw: None,
        })
        .collect()
}

/// The updates that an event refers to, each once, oldest first.
fn updates<'j, P>(
    object: Object<'j>,
    included: &mut Included<'j>,
    event: &Place<'_>,
    warnings: &mut Warnings,
    phase: impl Fn(&Fields<'_, '_>, &mut Warnings) -> (P, Option<String>),
) -> Vec<Update<P>> {
    let mut updates = Once::default();
    for (id, attributes) in included.take_related(object, "updates") {
        let place = event.key(id);
        let Some(object) = attributes else {
            warnings.add(place, "the update is not included, or is another event's");
            continue;
        };
        let fields = Fields { object, place };
        let (phase, phase_raw) = phase(&fields, warnings);
        let update = Update {
            id: id.to_owned(),
            phase,
            phase_raw,
            at: moment(&fields, "created", warnings),
            body: fields.text("message", warnings).unwrap_or_default().to_owned(),
            components: Vec::new(),
        };
        updates.put(id, update, &place, warnings);
    }
    oldest_first(updates.into_list())
}

/// A moment, which is an object with the time in words and in figures.
fn moment(fields: &Fields<'_, '_>, key: &str, warnings: &mut Warnings) -> Option<Timestamp> {
    let object = fields.object(key, warnings)?;
    let place = fields.place.key(key);
    Fields { object, place }.time_in_utc("string", warnings)
}
