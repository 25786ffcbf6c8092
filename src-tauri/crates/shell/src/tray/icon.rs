//! The icon's layers: the shape of the worst known problem, and what lies over it.

use serde::Serialize;
use signalbox_pages::Health;

use crate::seen::Seen;

/// The icon: one shape, and the layers over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Icon {
    /// The shape and colour.
    pub health: Health,
    /// What lies over it, in the order in which it is painted.
    pub layers: Vec<Layer>,
}

/// What can lie over the shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// The dashed ring around a smaller shape: not everything is known.
    Incomplete,
    /// A stroke across: this machine is offline.
    Offline,
    /// Two bars in the corner: notifications are paused.
    Paused,
}

/// The icon for what was seen. Where nothing is being checked, nothing is known (T11); offline, what was known before
/// stays if it was a problem, and nothing is taken for well (T1, T7).
pub(super) fn icon(seen: &Seen) -> Icon {
    let (health, incomplete) = seen.tray();
    let offline = seen.offline_since().is_some();
    let stopped = seen.silence().is_some();
    let health = if stopped || (offline && !health.is_problem()) {
        Health::Unknown
    } else {
        health
    };
    let mut layers = Vec::new();
    if incomplete && health.is_known() {
        layers.push(Layer::Incomplete);
    }
    if offline {
        layers.push(Layer::Offline);
    }
    if seen.is_paused() {
        layers.push(Layer::Paused);
    }
    Icon { health, layers }
}
