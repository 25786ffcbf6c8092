//! A second start: what it was started with goes to the program that runs already.

use std::time::Duration;

use signalbox_engine::{
    api::{Reply, Request},
    config::paths::Places,
    control::{Client, ControlError},
};

use crate::{os, route::Route};

/// So long the running program may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// So long a command may hold the data directory before it counts as somebody who watches.
const PATIENCE_WITH_A_COMMAND: Duration = Duration::from_secs(30);

/// So often it is looked whether it is free.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// What came of it.
#[derive(Debug)]
pub(crate) enum HandedOver {
    /// The running program has taken it.
    Done,
    /// Nobody runs: this program is the one.
    Nobody,
    /// Somebody watches, but cannot show anything.
    Refused(String),
}

/// Hands `route` to the program that runs on `places`, if one does. A hidden start has nothing to show: it leaves the
/// running program alone.
pub(crate) async fn hand_over(places: &Places, route: Option<Route>, hidden: bool) -> HandedOver {
    let mut waited = Duration::ZERO;
    let mut client = loop {
        match Client::connect(&places.data_dir).await {
            Ok(client) => break client,
            Err(ControlError::NoEngine(_)) => return HandedOver::Nobody,
            // A command that holds the data directory for a moment, or an engine that has only just begun.
            Err(ControlError::NotAnswering { holder })
                if holder.info.as_ref().is_none_or(|info| info.socket.is_none())
                    && waited < PATIENCE_WITH_A_COMMAND =>
            {
                waited += BETWEEN_TRIES;
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            Err(error) => return HandedOver::Refused(error.to_string()),
        }
    };
    if hidden && route.is_none() {
        return HandedOver::Done;
    }
    let request = Request::Show {
        route: route.unwrap_or(Route::Overview),
        activation_token: os::activation_from_start(),
    };
    match client.ask(request, PATIENCE).await {
        Ok(Reply::Shown) => HandedOver::Done,
        Ok(_) => HandedOver::Refused("the running Signalbox answered something else".to_owned()),
        Err(error) => HandedOver::Refused(error.to_string()),
    }
}
