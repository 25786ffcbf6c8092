//! The documents of the API, put together.

use super::incidents::{Events, Form};
use super::services::Services;
use super::{Enums, HEALTHS, Part, enums};
use crate::readers::Site;
use crate::readers::json::{Fields, Json, Object, Place, Warnings, meaning};
use crate::readers::lists::{less_skipped, objects};
use crate::snapshot::{Coverage, Listing, NamedComponent, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads whatever documents of the API there are.
pub(super) fn read(parts: &[Part<'_>], site: Option<&Site>, warnings: &mut Warnings) -> Snapshot {
    let documents = Documents::of(parts);
    let services_place = Place::document("services");
    let mut services = match documents.services {
        Some(list) => Services::read(
            list,
            &std::collections::BTreeMap::new(),
            &services_place.key("services"),
            warnings,
        ),
        None => Services::none(),
    };
    let names = services.names();

    // From here on every oddity may hide a trouble.
    let before = warnings.count();
    let enums_place = Place::document("post-enums");
    let enums = enums(
        documents.enums.unwrap_or_default(),
        &enums_place.key("post_enums"),
        warnings,
    );
    let mut skipped = 0;
    let mut events = Events::default();
    let form = Form {
        enums: Some(&enums),
        names: &names,
        site,
    };
    if let Some((_, list)) = documents.posts {
        let place = Place::document("posts");
        skipped += events.take_in(list, &form, &place.key("posts"), warnings);
    }
    let mut impacted = events.impacted().to_vec();
    if let Some((_, list)) = documents.impacted {
        impacted.extend(impacts(list, &enums, warnings));
    }
    let is_understood = warnings.count() == before && documents.impacted.is_some();
    services.say(&impacted, is_understood);

    let is_cut = documents.posts.is_some_and(|(top, _)| {
        top.text("continuationToken")
            .is_some_and(|token| !token.is_empty())
    });
    let open = match documents.posts {
        None => Listing::Absent,
        Some(_) if is_cut => Listing::Partial,
        Some(_) => less_skipped(Listing::Complete, skipped),
    };
    let page_id = documents
        .impacted
        .and_then(|(top, _)| top.text("status_page_id"))
        .map(str::to_owned);
    Snapshot {
        page: PageIdentity {
            id: page_id,
            name: None,
            url: None,
        },
        overall: events.overall(),
        components: services.list,
        incidents: events.incidents.into_list(),
        maintenances: events.maintenances.into_list(),
        coverage: Coverage {
            components: services.listing,
            open_incidents: open,
            open_maintenances: open,
            ..Coverage::NOTHING
        },
        updated_at: None,
    }
}

/// The documents by what they hold; of two of a kind the last one.
#[derive(Default)]
struct Documents<'j> {
    impacted: Option<(Object<'j>, &'j [Json<'j>])>,
    posts: Option<(Object<'j>, &'j [Json<'j>])>,
    services: Option<&'j [Json<'j>]>,
    enums: Option<&'j [Json<'j>]>,
}

impl<'j> Documents<'j> {
    fn of(parts: &[Part<'j>]) -> Self {
        let mut documents = Self::default();
        for part in parts {
            match part {
                Part::Impacted(top, list) => documents.impacted = Some((*top, *list)),
                Part::Posts(top, list) => documents.posts = Some((*top, *list)),
                Part::Services(list) => documents.services = Some(*list),
                Part::Enums(list) => documents.enums = Some(*list),
                Part::Embedded(..) => {}
            }
        }
        documents
    }
}

/// The services that are not operational now.
fn impacts(list: &[Json<'_>], enums: &Enums, warnings: &mut Warnings) -> Vec<NamedComponent> {
    let document = Place::document("impacted-services");
    let mut impacted = Vec::new();
    objects(
        list,
        &document.key("impacted_services"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            const WORD: &str = "impact_severity_id";
            let word = fields
                .expected_text(WORD, warnings)
                .and_then(|word_id| enums.get(word_id));
            if word.is_none() {
                warnings.add(place.key(WORD), "no word is known for it");
            }
            let health = word.and_then(|word| meaning(word, HEALTHS, &place.key(WORD), warnings));
            impacted.push(NamedComponent {
                id: fields.expected_text("service_id", warnings).map(str::to_owned),
                name: String::new(),
                health: Some(health.unwrap_or(Health::Unknown)),
                raw: word.cloned(),
            });
        },
    );
    impacted
}
