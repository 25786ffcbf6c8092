//! What reading the documents of each platform takes, and how many questions it takes to recognise a page.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, ensure};

use super::{
    Bench, Group, Rounds, Row, Target,
    stand::{build_example, number_after, output},
};

/// As `recognition::MOST_QUESTIONS` has it.
const MOST_QUESTIONS: f64 = 8.0;

/// For each platform: how fast its documents are read, how much faster their parser alone is, and the questions.
macro_rules! platforms {
    ($($key:literal)*) => {
        const KEYS: &[&str] = &[$($key),*];

        /// Every reader of a platform.
        pub(super) const READERS: Group = Group {
            name: "readers",
            about: "reading documents of 100 to 200 kB, beside their parser alone; recognising a page",
            rows: &[$(
                Row {
                    name: concat!($key, ", reading"),
                    unit: "MB/s",
                    target: Target::None,
                },
                Row {
                    name: concat!($key, ", time against the parser alone"),
                    unit: "times",
                    target: Target::None,
                },
                Row {
                    name: concat!($key, ", recognising"),
                    unit: "questions",
                    target: Target::AtMost(MOST_QUESTIONS),
                },
            )*],
            start: |bench| Reading::start(bench),
        };
    };
}

platforms! {
    "openstatus" "oracle" "sorry" "statuspage" "incidentio" "instatus" "betterstack" "statusio" "cstate" "cachet2"
    "cachet3" "statuspal" "uptimerobot" "pagerduty" "statusiq" "statuscast" "firehydrant" "hyperping" "checkly"
    "upptime" "gatus" "uptimekuma" "google" "aws" "azure" "azuredevops" "apple" "slack" "salesforce" "heroku" "adobe"
    "concur" "yandex" "infomaniak" "xai" "xbox" "zendesk" "feed"
}

struct Reading {
    program: PathBuf,
}

impl Reading {
    fn start(bench: &Bench<'_>) -> Result<Box<dyn Rounds>> {
        let program = build_example(bench, "signalbox-pages", "reading_speed")?;
        Ok(Box::new(Self { program }))
    }
}

impl Rounds for Reading {
    fn round(&mut self) -> Result<Vec<f64>> {
        values(&output(Command::new(&self.program))?)
    }
}

/// The values of all rows, from a line for each platform's reading and one for its recognition.
fn values(told: &str) -> Result<Vec<f64>> {
    let lines = told.lines().count();
    ensure!(
        lines == 2 * KEYS.len(),
        "{lines} lines tell of other platforms than the {} here",
        KEYS.len()
    );
    let mut values = Vec::with_capacity(3 * KEYS.len());
    for key in KEYS {
        let read = format!("{key}: read");
        values.push(number_after(told, &read, "at")?);
        values.push(number_after(told, &read, "takes")?);
        values.push(number_after(told, &format!("{key}: recognised"), "with")?);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_has_its_rows_and_none_may_be_missing() {
        let told = |keys: &[&str]| {
            let lines = keys.iter().map(|key| {
                format!("{key}: read at 20.5 MB/s, takes 1.5 times\n{key}: recognised with 4 questions\n")
            });
            lines.collect::<String>()
        };
        let values = values(&told(KEYS)).unwrap();
        assert_eq!(values.len(), READERS.rows.len());
        assert_eq!(values.get(..3), Some(&[20.5, 1.5, 4.0][..]));
        let missing = told(KEYS.get(1..).unwrap());
        assert!(super::values(&missing).is_err());
        let other = told(KEYS).replace("\nfeed: ", "\nfood: ");
        assert!(super::values(&other).is_err());
    }
}
