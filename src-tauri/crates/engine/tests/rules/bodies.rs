//! Pages written by hand.

use signalbox_replay::{Incident, StatuspageBody, Update};

/// Two components, both well.
pub(crate) fn acme() -> StatuspageBody {
    StatuspageBody::new("Acme")
        .component("c1", "Presses", "operational")
        .component("c2", "Ovens", "operational")
}

/// A vendor of another name with two components, both well.
pub(crate) fn vendor(name: &str) -> StatuspageBody {
    StatuspageBody::new(name)
        .component("c1", "Presses", "operational")
        .component("c2", "Ovens", "operational")
}

/// An open incident that names the ovens, with one update.
pub(crate) fn cold_ovens(at: &str) -> Incident {
    Incident::new("i1", "Ovens are cold")
        .impact("major")
        .affects("c2")
        .update(Update::new("u1", "investigating", "We are looking into it.").at(at))
}

/// The same page with the ovens down and an incident about it.
pub(crate) fn with_cold_ovens(at: &str) -> StatuspageBody {
    let mut body = acme();
    body.set_status("c2", "major_outage");
    body.incident(cold_ovens(at))
}
