//! The catalogue: `vendors`, `catalog update`.

use signalbox_engine::api::{CatalogueView, ListedView, MatchedBy, VendorsView};

use super::{
    Asked,
    screen::{Piece, Screen, piece, plain},
    style::{Paint, Style},
};

/// What became of the catalogue.
#[must_use]
pub fn catalogue(view: &CatalogueView, style: &Style) -> String {
    let mut screen = Screen::new(style);
    let list = if view.updated {
        "The catalogue is updated"
    } else {
        "The catalogue is the built-in one"
    };
    screen.sentence(0, &format!("{list}: {}.", size(view)));
    screen.into_text()
}

fn size(view: &CatalogueView) -> String {
    format!("{} vendors in {} categories", view.vendors, view.categories)
}

pub(super) fn vendors(screen: &mut Screen<'_>, view: &VendorsView, asked: &Asked) {
    let words = if let Asked::Words(words) = asked {
        words.trim()
    } else {
        ""
    };
    if let Some(first) = view.vendors.first() {
        let rows: Vec<Vec<Piece>> = view.vendors.iter().map(row).collect();
        screen.table(0, &rows, 0);
        screen.gap();
        if view.more {
            screen.sentence(0, "There is more: add --limit 100, or another letter.");
        }
        if !first.watched {
            screen.sentence(0, &format!("Watch one by its page: signalbox add {}", first.page));
        }
    } else if words.is_empty() {
        screen.sentence(
            0,
            &format!(
                "The catalogue knows {}. Find one by its name: signalbox vendors github",
                size(&view.catalogue)
            ),
        );
    } else {
        screen.sentence(
            0,
            &format!(
                "Nobody in the catalogue is called \"{words}\". A page can be watched without it, by its address: \
                 signalbox add status.example.com"
            ),
        );
    }
    if let Some(trouble) = &view.trouble {
        screen.gap();
        screen.sentence(0, trouble);
    }
}

/// Name, what the person has to do with it, category, page, domain, platform: what matters least may be cut off.
fn row(vendor: &ListedView) -> Vec<Piece> {
    let name = match (&vendor.alias, vendor.matched) {
        (Some(alias), MatchedBy::Alias) => format!("{} ({alias})", vendor.name),
        _ => vendor.name.clone(),
    };
    let platform = vendor.platform_name.as_deref().unwrap_or_default();
    let standing = match (vendor.watched, vendor.own) {
        (true, _) => "watched",
        (false, true) => "your own",
        (false, false) => "",
    };
    vec![
        piece(name, Paint::Strong),
        plain(standing),
        piece(&vendor.category, Paint::Faint),
        plain(&vendor.page),
        plain(vendor.domain.as_deref().unwrap_or_default()),
        piece(platform, Paint::Faint),
    ]
}
