//! Answers to what only asks: from the store, whether or not an engine is running.

mod doctor;
mod past;
mod status;
mod vendors;

use std::collections::BTreeSet;

use jiff::Timestamp;
use signalbox_pages::text::plain;

use self::vendors::choose;
pub(super) use self::vendors::{component_ids, one};
use crate::{
    api::{ApiError, AtView, DoctorView, EngineView, ErrorCode, Reply, Request, SearchView},
    catalogue::VendorList,
    config::{Config, Watch},
    store::{EventKind, EventRow, HistoryFilter, StatusRow, Store, StoreError, View},
};

/// What answering needs beside the store.
pub struct Asked<'a> {
    /// The configuration in force.
    pub config: &'a Config,
    /// Who answers.
    pub engine: EngineView,
    /// The time of the answer.
    pub now: Timestamp,
    /// The directory of vendors.
    pub vendors: &'a VendorList,
}

/// Answers a request that changes nothing.
///
/// # Errors
/// What the request says: an unknown vendor, an unknown incident; [`ErrorCode::Unavailable`] where the store cannot be
/// read.
pub fn answer_from_store(store: &Store, asked: &Asked<'_>, request: &Request) -> Result<Reply, ApiError> {
    let answered = store.read_blocking(|view| match answer(view, store, asked, request) {
        Ok(reply) => Ok(Ok(reply)),
        Err(Refusal::Api(error)) => Ok(Err(error)),
        Err(Refusal::Store(error)) => Err(error),
    });
    answered.unwrap_or_else(|error| Err(super::keep::unavailable(&error)))
}

/// The incident or maintenance that is meant by an id and, where several have it, a vendor; `None` if nothing has that id.
/// With a `kind` only those of it are meant.
///
/// # Errors
/// Where it cannot be told which one is meant, or the store cannot be read.
pub(super) async fn event_named(
    store: &Store,
    id: &str,
    vendor: Option<&str>,
    kind: Option<EventKind>,
) -> Result<Option<EventRow>, ApiError> {
    let (id, vendor) = (id.to_owned(), vendor.map(str::to_owned));
    let found = store
        .read(move |view| {
            let mut events = view.events_named(&id)?;
            events.retain(|event| kind.is_none_or(|kind| event.kind() == kind));
            if events.is_empty() && vendor.is_none() {
                return Ok(Ok(None));
            }
            match past::the_event(view, events, &id, vendor.as_deref()) {
                Ok(event) => Ok(Ok(Some(event))),
                Err(Refusal::Api(error)) => Ok(Err(error)),
                Err(Refusal::Store(error)) => Err(error),
            }
        })
        .await;
    found.unwrap_or_else(|error| Err(super::keep::unavailable(&error)))
}

pub(super) enum Refusal {
    Api(ApiError),
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

fn answer(view: &View<'_>, store: &Store, asked: &Asked<'_>, request: &Request) -> Result<Reply, Refusal> {
    let rows = view.status()?;
    let reply = match request {
        Request::Ping => Reply::Pong(asked.engine.clone()),
        Request::Status { vendors } => Reply::Status(status::status(&choose(&rows, vendors)?, asked, false)),
        Request::Check { vendors } => Reply::Status(status::status(&choose(&rows, vendors)?, asked, true)),
        Request::Scope { vendor, .. } => Reply::Scope(status::scope(one(&rows, vendor)?, asked)),
        Request::History {
            vendors,
            since,
            until,
            limit,
            before,
        } => {
            let filter = HistoryFilter {
                since: *since,
                until: *until,
                // What is only announced is no history, unless it is asked for.
                maintenances_until: until.is_none().then_some(asked.now),
                limit: *limit,
                ..HistoryFilter::default()
            };
            Reply::History(past::history(view, asked, vendors, before.as_deref(), &filter)?)
        }
        Request::Incident { id, vendor } => {
            Reply::Incident(past::incident(view, asked, id, vendor.as_deref())?)
        }
        Request::At { time, vendors } => {
            let vendors = choose(&rows, vendors)?
                .into_iter()
                .map(|row| past::at(view, asked, row, *time))
                .collect::<Result<_, StoreError>>()?;
            Reply::At(AtView { time: *time, vendors })
        }
        Request::Search { words, limit } => {
            let (finds, more) = view.search(words, *limit, plain)?;
            Reply::Search(SearchView {
                finds: finds.into_iter().map(|find| find.view()).collect(),
                more,
            })
        }
        Request::Uptime {
            vendor,
            components,
            from,
            until,
        } => Reply::Uptime(past::uptime(
            view,
            asked,
            one(&rows, vendor)?,
            components,
            *from,
            *until,
        )?),
        Request::Doctor => Reply::Doctor(DoctorView {
            findings: doctor::doctor(&rows, store, asked),
        }),
        Request::Add { .. }
        | Request::Remove { .. }
        | Request::Vendors { .. }
        | Request::Mute { .. }
        | Request::Unmute { .. }
        | Request::Acknowledge { .. }
        | Request::AcceptUnreadable { .. }
        | Request::Pause { .. }
        | Request::Resume
        | Request::Show { .. } => {
            return Err(ApiError::new(
                ErrorCode::Internal,
                "this request is not one that only asks the store",
            )
            .into());
        }
    };
    Ok(reply)
}

pub(super) fn watch_of<'a>(asked: &'a Asked<'_>, row: &StatusRow) -> Option<&'a Watch> {
    asked
        .config
        .watches
        .iter()
        .find(|watch| watch.page.as_str() == row.page.address)
}

pub(super) fn scope_of<'a>(asked: &'a Asked<'_>, row: &'a StatusRow) -> Option<&'a BTreeSet<String>> {
    super::page::scope(watch_of(asked, row)?, row.page.carried_scope.as_ref())
}
