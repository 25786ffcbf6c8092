//! The data that a page carries in itself.

use super::enums;
use super::incidents::{Events, Form};
use super::services::{Services, groups};
use crate::readers::json::{Fields, Object, Place, Warnings};
use crate::readers::lists::less_skipped;
use crate::snapshot::{Coverage, Listing, PageIdentity, Snapshot};

/// Reads the data of a page.
pub(super) fn read(top: Object<'_>, summary: Object<'_>, warnings: &mut Warnings) -> Snapshot {
    let document = Place::document("");
    let fields = Fields {
        object: summary,
        place: document.key("summary"),
    };
    let layout = Fields {
        object: top,
        place: document,
    }
    .object("layout", warnings);
    let mut services = match fields.list("post_status_page_services", warnings) {
        Some(list) => {
            let place = fields.place.key("post_status_page_services");
            Services::read(list, &groups(layout), &place, warnings)
        }
        None => Services::none(),
    };
    let names = services.names();
    let words = Form {
        enums: None,
        names: &names,
        site: None,
    };

    let mut events = Events::default();
    let before = warnings.count();
    let open = fields.list("open_incidents", warnings).unwrap_or_default();
    let mut skipped = events.take_in(open, &words, &fields.place.key("open_incidents"), warnings);
    // Pages with this data know the API's form of incidents too.
    let posts = fields.list("posts", warnings).unwrap_or_default();
    if !posts.is_empty() {
        let list = fields.list("post_enums", warnings).unwrap_or_default();
        let enums = enums(list, &fields.place.key("post_enums"), warnings);
        let identifiers = Form {
            enums: Some(&enums),
            ..words
        };
        skipped += events.take_in(posts, &identifiers, &fields.place.key("posts"), warnings);
    }
    services.say(events.impacted(), warnings.count() == before);
    let overall = events.overall();

    let past = fields.list("resolved_incidents", warnings);
    let place = fields.place.key("resolved_incidents");
    events.take_in(past.unwrap_or_default(), &words, &place, warnings);

    let layout = layout.map(|object| Fields {
        object,
        place: document.key("layout"),
    });
    let name = layout.and_then(|layout| layout.object.object("layout_settings")?.text("name"));
    Snapshot {
        page: PageIdentity {
            id: layout
                .and_then(|layout| layout.id("status_page_id", warnings))
                .map(Into::into),
            name: name.map(str::to_owned),
            url: None,
        },
        overall,
        components: services.list,
        incidents: events.incidents.into_list(),
        maintenances: events.maintenances.into_list(),
        coverage: Coverage {
            components: services.listing,
            open_incidents: less_skipped(Listing::Complete, skipped),
            past_incidents: past.map_or(Listing::Absent, |_| Listing::Partial),
            ..Coverage::NOTHING
        },
        updated_at: None,
    }
}
