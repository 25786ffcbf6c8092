//! Every statement that the tests of this crate run is noted here and explained.

use std::{collections::BTreeSet, sync::Mutex};

static NOTED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

pub(super) fn note(sql: &'static str) {
    NOTED.lock().unwrap().insert(sql);
}
