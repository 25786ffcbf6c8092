//! The vendor and the components that are meant, from what the person calls them.

use std::collections::BTreeSet;

use signalbox_pages::text::inert;

use crate::{
    api::{ApiError, ErrorCode},
    store::{ComponentRow, StatusRow},
};

fn names(row: &StatusRow) -> Vec<String> {
    let host = url::Url::parse(&row.page.address)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    [
        Some(row.page.vendor.clone()),
        row.page.identity.name.clone(),
        host,
        Some(row.page.address.clone()),
        Some(row.page.address.trim_end_matches('/').to_owned()),
        row.page.identity.url.clone(),
    ]
    .into_iter()
    .flatten()
    .map(|name| name.to_lowercase())
    .collect()
}

/// The vendor that is meant: by the name in the configuration, the page's own, its host or its address.
pub(in crate::run) fn one<'a>(rows: &'a [StatusRow], vendor: &str) -> Result<&'a StatusRow, ApiError> {
    let wanted = vendor.trim().to_lowercase();
    let exact: Vec<&StatusRow> = rows.iter().filter(|row| names(row).contains(&wanted)).collect();
    let found = if exact.is_empty() && !wanted.is_empty() {
        rows.iter()
            .filter(|row| names(row).iter().any(|name| name.contains(&wanted)))
            .collect()
    } else {
        exact
    };
    match found.as_slice() {
        [row] => Ok(row),
        [] => Err(ApiError::new(ErrorCode::NotFound, unknown_vendor(rows, vendor))),
        several => {
            let candidates: Vec<String> = several
                .iter()
                .map(|row| format!("{} ({})", row.page.vendor, row.page.address))
                .collect();
            let message = format!(
                "\u{201c}{}\u{201d} may be any of: {}",
                inert(vendor),
                candidates.join(", ")
            );
            Err(ApiError::new(ErrorCode::Usage, message))
        }
    }
}

fn unknown_vendor(rows: &[StatusRow], vendor: &str) -> String {
    let known: Vec<&str> = rows.iter().map(|row| row.page.vendor.as_str()).collect();
    if known.is_empty() {
        "nothing is watched yet; add a page with: signalbox add https://www.githubstatus.com".to_owned()
    } else {
        format!(
            "\u{201c}{}\u{201d} is not watched; these are: {}",
            inert(vendor),
            known.join(", ")
        )
    }
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
