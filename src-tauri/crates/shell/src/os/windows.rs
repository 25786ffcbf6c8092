//! Windows. Never built or tried.

/// What has to be done before anything else is: nothing here.
///
/// # Errors
/// Never here.
pub(crate) fn prepare() -> Result<(), String> {
    Ok(())
}

/// The token with which this program may come to the front: not needed here.
#[must_use]
pub(crate) fn activation_from_start() -> Option<String> {
    None
}
