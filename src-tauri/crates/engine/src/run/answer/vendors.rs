//! The vendor and the components that are meant, from what the person calls them.

use std::collections::BTreeSet;

use signalbox_pages::text::inert;

use crate::{
    api::{ApiError, ErrorCode},
    config::canonical_address,
    store::{ComponentRow, PageRow, StatusRow},
};

fn names(page: &PageRow) -> Vec<String> {
    let host = url::Url::parse(&page.address)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    [
        Some(page.vendor.clone()),
        page.identity.name.clone(),
        host,
        Some(page.address.clone()),
        Some(page.address.trim_end_matches('/').to_owned()),
        page.identity.url.clone(),
    ]
    .into_iter()
    .flatten()
    .map(|name| name.to_lowercase())
    .collect()
}

/// Something that is of one page.
pub(in crate::run) trait OfPage {
    fn page(&self) -> &PageRow;
}

impl OfPage for StatusRow {
    fn page(&self) -> &PageRow {
        &self.page
    }
}

impl OfPage for PageRow {
    fn page(&self) -> &PageRow {
        self
    }
}

/// Those that are called so.
fn called<'a, T: OfPage>(rows: impl Iterator<Item = &'a T>, wanted: &str) -> Vec<&'a T> {
    rows.filter(|row| names(row.page()).iter().any(|name| name == wanted))
        .collect()
}

/// Those whose name holds it.
fn holding<'a, T: OfPage>(rows: impl Iterator<Item = &'a T>, wanted: &str) -> Vec<&'a T> {
    rows.filter(|row| !wanted.is_empty() && names(row.page()).iter().any(|name| name.contains(wanted)))
        .collect()
}

/// The one at this address: its letters tell it from others whose names are the same but for upper and lower case.
fn at<'a, T: OfPage>(rows: &'a [T], address: &str) -> Option<&'a T> {
    let address = canonical_address(address).ok()?;
    rows.iter().find(|row| row.page().address == address.as_str())
}

fn the_one<'a, T: OfPage>(found: &[&'a T], rows: &'a [T], vendor: &str) -> Result<&'a T, ApiError> {
    if let [row] = found {
        return Ok(row);
    }
    if let Some(row) = at(rows, vendor) {
        return Ok(row);
    }
    match found {
        [] => Err(ApiError::new(ErrorCode::Usage, unknown_vendor(rows, vendor))),
        several => {
            let candidates: Vec<String> = several.iter().map(|row| with_address(row.page())).collect();
            let message = format!(
                "\u{201c}{}\u{201d} may be any of: {}",
                inert(vendor),
                candidates.join(", ")
            );
            Err(ApiError::new(ErrorCode::Usage, message))
        }
    }
}

/// A vendor's name with what tells it from another one of that name.
pub(super) fn with_address(page: &PageRow) -> String {
    format!("{} ({})", inert(&page.vendor), page.address)
}

/// The vendor that is meant: by the name in the configuration, the page's own, its host or its address.
pub(in crate::run) fn one<'a>(rows: &'a [StatusRow], vendor: &str) -> Result<&'a StatusRow, ApiError> {
    let wanted = vendor.trim().to_lowercase();
    let exact = called(rows.iter(), &wanted);
    let found = if exact.is_empty() {
        holding(rows.iter(), &wanted)
    } else {
        exact
    };
    the_one(&found, rows, vendor)
}

/// The same among all pages ever watched; of those that fit alike, one that is still watched comes first.
pub(super) fn one_ever<'a>(pages: &'a [PageRow], vendor: &str) -> Result<&'a PageRow, ApiError> {
    let wanted = vendor.trim().to_lowercase();
    let watched = || pages.iter().filter(|page| page.watched);
    let found = [
        called(watched(), &wanted),
        called(pages.iter(), &wanted),
        holding(watched(), &wanted),
        holding(pages.iter(), &wanted),
    ];
    let found = found.into_iter().find(|found| !found.is_empty());
    the_one(&found.unwrap_or_default(), pages, vendor)
}

fn unknown_vendor<T: OfPage>(rows: &[T], vendor: &str) -> String {
    let known: Vec<String> = rows.iter().map(|row| inert(&row.page().vendor)).collect();
    if known.is_empty() {
        return "nothing is watched yet; add a page with: signalbox add https://www.githubstatus.com"
            .to_owned();
    }
    let how = if rows.iter().all(|row| row.page().watched) {
        "is not watched; these are"
    } else {
        "was never watched; these are or were"
    };
    format!("\u{201c}{}\u{201d} {how}: {}", inert(vendor), known.join(", "))
}

pub(super) fn choose<'a>(rows: &'a [StatusRow], vendors: &[String]) -> Result<Vec<&'a StatusRow>, ApiError> {
    if vendors.is_empty() {
        return Ok(rows.iter().collect());
    }
    vendors.iter().map(|vendor| one(rows, vendor)).collect()
}

/// Component ids from ids or, where they are unique, names.
pub(in crate::run) fn component_ids(
    row: &StatusRow,
    wanted: &[String],
) -> Result<BTreeSet<String>, ApiError> {
    wanted
        .iter()
        .map(|wanted| {
            if row
                .components
                .iter()
                .any(|component| component.component.id == *wanted)
            {
                return Ok(wanted.clone());
            }
            let lower = wanted.to_lowercase();
            let named: Vec<&ComponentRow> = row
                .components
                .iter()
                .filter(|component| component.component.name.to_lowercase() == lower)
                .collect();
            match named.as_slice() {
                [component] => Ok(component.component.id.clone()),
                [] => Err(ApiError::new(
                    ErrorCode::NotFound,
                    format!(
                        "{} has no component \u{201c}{}\u{201d}",
                        row.page.vendor,
                        inert(wanted)
                    ),
                )),
                several => {
                    let ids: Vec<&str> = several
                        .iter()
                        .map(|component| component.component.id.as_str())
                        .collect();
                    let message = format!(
                        "{} components are called \u{201c}{}\u{201d}; give an id: {}",
                        ids.len(),
                        inert(wanted),
                        ids.join(", ")
                    );
                    Err(ApiError::new(ErrorCode::Usage, message))
                }
            }
        })
        .collect()
}
