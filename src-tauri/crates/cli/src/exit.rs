//! What the exit code says.

use signalbox_engine::{
    api::{ErrorCode, FindingLevel, Reply, VendorView},
    show,
};
use signalbox_pages::contract;

/// All is well, or the command did what was asked.
pub const WELL: u8 = 0;
/// `status` and `check`: a counted vendor has a problem. `doctor`: something does not work.
pub const PROBLEM: u8 = 1;
/// `status` and `check`: no problem is known, but of a counted vendor it is not known how it is now.
pub const UNCERTAIN: u8 = 2;
/// The command was called wrongly (`EX_USAGE`).
pub const USAGE: u8 = 64;
/// What was given cannot be used (`EX_DATAERR`).
pub const BAD_INPUT: u8 = 65;
/// There is no engine or no store to answer (`EX_UNAVAILABLE`).
pub const UNAVAILABLE: u8 = 69;
/// A fault of ours (`EX_SOFTWARE`).
pub const INTERNAL: u8 = 70;
/// The answer could not be written out (`EX_IOERR`).
pub const OUTPUT: u8 = 74;
/// The configuration is wrong or cannot be written (`EX_CONFIG`).
pub const CONFIGURATION: u8 = 78;

/// The exit code of a request that was not answered.
///
/// A page that cannot be reached or read and an id that nobody knows are both "what was given cannot be used":
/// [`UNAVAILABLE`] is kept for the one case in which Signalbox itself is not there to answer.
#[must_use]
pub const fn of_error(code: ErrorCode) -> u8 {
    match code {
        ErrorCode::Usage => USAGE,
        ErrorCode::BadInput | ErrorCode::NotFound | ErrorCode::Page => BAD_INPUT,
        ErrorCode::Unavailable => UNAVAILABLE,
        ErrorCode::Configuration => CONFIGURATION,
        ErrorCode::Internal => INTERNAL,
    }
}

/// The exit code of `read` without a page.
#[must_use]
pub const fn of_read_error(code: contract::ErrorCode) -> u8 {
    match code {
        contract::ErrorCode::Unreadable => BAD_INPUT,
        contract::ErrorCode::UnknownPlatform => USAGE,
    }
}

/// The exit code of `status` and `check`.
#[must_use]
pub fn of_vendors(vendors: &[VendorView]) -> u8 {
    show::exit_code(vendors.iter().filter(|vendor| vendor.counted).map(show::driving))
}

/// The exit code of an answer to a command that judges nothing, or finds something that does not work.
#[must_use]
pub fn of_reply(reply: &Reply) -> u8 {
    match reply {
        Reply::Doctor(doctor)
            if doctor
                .findings
                .iter()
                .any(|finding| finding.level == FindingLevel::Bad) =>
        {
            PROBLEM
        }
        Reply::Pong(_)
        | Reply::Status(_)
        | Reply::Added(_)
        | Reply::Removed(_)
        | Reply::Scope(_)
        | Reply::History(_)
        | Reply::Incident(_)
        | Reply::At(_)
        | Reply::Search(_)
        | Reply::Uptime(_)
        | Reply::Vendors(_)
        | Reply::Muted(_)
        | Reply::Acknowledged(_)
        | Reply::AcceptedUnreadable(_)
        | Reply::Doctor(_)
        | Reply::Paused(_)
        | Reply::Resumed
        | Reply::Shown => WELL,
    }
}
