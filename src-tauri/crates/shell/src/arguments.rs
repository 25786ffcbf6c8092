//! What the program can be started with.

use std::path::PathBuf;

use clap::Parser;
use signalbox_engine::config::Limits;

/// Watches the status pages of the vendors that you depend on, from the tray.
#[derive(Clone, Debug, Parser, PartialEq, Eq)]
#[command(name = "signalbox-desktop", version, about)]
pub struct Arguments {
    /// Where to go: a link such as signalbox://incident/VENDOR/ID
    pub link: Option<String>,

    /// Start in the tray alone, without a window
    #[arg(long)]
    pub hidden: bool,

    /// The configuration file, instead of the usual one
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The directory of the database, instead of the usual one
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Allow intervals of a few seconds, as the demo needs them
    #[arg(long, hide = true)]
    pub demo: bool,
}

impl Arguments {
    /// What the configuration may hold.
    #[must_use]
    pub fn limits(&self) -> Limits {
        if self.demo {
            Limits::demo()
        } else {
            Limits::default()
        }
    }
}
