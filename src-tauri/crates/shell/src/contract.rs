//! What the window and the program say to each other, as one JSON Schema, and what health looks like: written into `ui/`,
//! where the window's types and styles are made of them. A test fails where what is written there has fallen behind.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;
use signalbox_engine::{
    api::{ApiError, Reply, Request},
    control::Hint,
};

use crate::{
    desktop::{Arrival, Notice},
    look,
    route::Route,
};

/// Everything that is said.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
struct Contract {
    /// What the window asks.
    request: Request,
    /// What is answered.
    reply: Reply,
    /// Why it is not.
    error: ApiError,
    /// What is worth asking again.
    hint: Hint,
    /// What a window that has just opened needs to know.
    arrival: Arrival,
    /// Places in the window.
    route: Route,
    /// What there is to know beside the vendors.
    notice: Notice,
}

/// The files that are made from the program's sources: where below `ui/`, and what they hold.
#[must_use]
pub fn files() -> [(&'static str, String); 2] {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<Contract>();
    [
        ("src/backend/schema.json", written(&schema.to_value())),
        (
            "src/look/look.json",
            written(&serde_json::to_value(look::sheet()).unwrap_or_default()),
        ),
    ]
}

fn written(value: &Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::files;

    #[test]
    fn what_the_window_is_made_of_is_what_the_program_says() {
        let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui");
        let update = std::env::var_os("SIGNALBOX_UPDATE").is_some();
        for (name, expected) in files() {
            let file = ui.join(name);
            if update {
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(&file, &expected).unwrap();
            }
            let found = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(
                found == expected,
                "ui/{name} has fallen behind; SIGNALBOX_UPDATE=1 cargo test -p signalbox-shell contract brings it up to \
                 date, then `npm run types` in ui/"
            );
        }
    }
}
