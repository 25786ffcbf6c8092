//! The words that `signalbox` understands.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Watches the status pages of the vendors that you depend on, and remembers what they said.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "signalbox",
    version,
    arg_required_else_help = true,
    infer_long_args = false,
    max_term_width = 100,
    after_help = "Exit codes: 0 well, 1 a problem, 2 unknown or stale, 64 usage, 65 bad input, \
                  69 no engine or store, 78 configuration."
)]
pub struct Arguments {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// Use this configuration file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub config: Option<PathBuf>,
    /// Keep the database in this directory
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub data_dir: Option<PathBuf>,
    /// Answer in JSON, for programs
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Colour the text: auto, always or never; NO_COLOR is respected
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help_heading = "Global options"
    )]
    pub color: ColorChoice,
    /// Show and read times in UTC instead of the local zone
    #[arg(long, global = true, help_heading = "Global options")]
    pub utc: bool,
    /// Say on standard error what is being done; twice for more
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "Global options")]
    pub verbose: u8,
}

/// When text is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Also into a file or a pipe
    Always,
    /// Not at all
    Never,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Watch a status page
    Add {
        /// The vendor's name or domain, the address of its page in any form, or a feed's
        page: String,
        /// What to call the vendor, instead of the name that the page gives itself
        #[arg(long)]
        name: Option<String>,
    },
    /// Stop watching a vendor; its history is kept
    Remove {
        /// The vendor's name, its page's host or address
        vendor: String,
    },
    /// List what is watched
    List,
    /// Show a vendor's components, and choose the ones that matter
    Scope {
        /// The vendor's name, its page's host or address
        vendor: String,
        /// Watch these components alone: ids, or names where they are unique
        #[arg(long, value_name = "ID,…", value_delimiter = ',', conflicts_with = "all", value_parser = not_empty)]
        set: Option<Vec<String>>,
        /// Watch all components again
        #[arg(long)]
        all: bool,
    },
    /// Say what is known, and how old it is
    Status {
        /// These vendors alone
        vendors: Vec<String>,
    },
    /// Ask the pages once, now, and say what they say
    Check {
        /// These vendors alone
        vendors: Vec<String>,
    },
    /// Keep watching without a desktop, and write what changes, one line each
    Watch {
        /// Accept intervals that only a page of one's own machine bears
        #[arg(long, hide = true)]
        demo: bool,
    },
    /// List incidents and maintenances, newest first, also of vendors that are no longer watched
    History {
        /// These vendors alone
        vendors: Vec<String>,
        /// Only what was still going on at or after this time
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// Only what began before this time
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        /// Go on where an earlier answer ended
        #[arg(long, value_name = "PLACE")]
        before: Option<String>,
    },
    /// Show one incident or maintenance, whole
    Incident {
        /// Its id, as other commands show it, or the address of its page
        id: String,
        /// Whose it is, where several vendors use one id
        #[arg(long, value_name = "VENDOR")]
        vendor: Option<String>,
        /// Show also what was said before it was edited
        #[arg(long)]
        revisions: bool,
    },
    /// Say what was known at a time, and what is known now about that time
    #[command(
        override_usage = "signalbox at [OPTIONS] <TIME> [VENDOR]...",
        after_help = "TIME: 14:32, \"yesterday 14:32\", \"last tuesday 14:32\", \"2026-11-17 14:32\", \
                      2026-11-17T14:32:00Z, \"2h ago\"."
    )]
    At {
        /// The time, then vendors
        #[arg(required = true, value_name = "TIME [VENDOR]")]
        words: Vec<String>,
    },
    /// Search in titles and updates
    Search {
        /// The words; all must occur
        #[arg(required = true)]
        words: Vec<String>,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// Find vendors, and the addresses of their pages, in the catalogue
    Vendors {
        /// A name or the beginning of one, what else it is called, or a domain; none to say how many there are
        words: Vec<String>,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// Say how much of a span of time a vendor's components worked, and how much of it was observed
    Uptime {
        /// The vendor's name, its page's host or address
        vendor: String,
        /// Ids or names; all components in scope if none is given
        components: Vec<String>,
        /// The begin
        #[arg(long, value_name = "TIME", default_value = "30d ago")]
        since: String,
        /// The end
        #[arg(long, value_name = "TIME", default_value = "now")]
        until: String,
    },
    /// Announce nothing of a vendor or an incident for a while; it stays visible
    Mute {
        /// A vendor's name, or an incident's id
        target: String,
        /// Whose incident it is, where several vendors use one id
        #[arg(long, value_name = "VENDOR")]
        vendor: Option<String>,
        /// For so long, such as 30m, 8h or 2d
        #[arg(long = "for", value_name = "DURATION", conflicts_with_all = ["until", "lift"])]
        duration: Option<String>,
        /// Until this time
        #[arg(long, value_name = "TIME", conflicts_with = "lift")]
        until: Option<String>,
        /// Announce again
        #[arg(long)]
        lift: bool,
    },
    /// Pause notifications on the screen; what happens meanwhile is told in one summary afterwards
    Pause {
        /// For so long, such as 30m, 8h or 2d; until resumed if none is given
        #[arg(conflicts_with_all = ["until", "lift"])]
        duration: Option<String>,
        /// Until this time
        #[arg(long, value_name = "TIME", conflicts_with = "lift")]
        until: Option<String>,
        /// Resume them
        #[arg(long)]
        lift: bool,
    },
    /// Acknowledge an open incident: it stays visible, but no longer counts as a problem
    Ack {
        /// The incident's id
        incident: String,
        /// Whose it is, where several vendors use one id
        #[arg(long, value_name = "VENDOR")]
        vendor: Option<String>,
        /// Take the acknowledgement back
        #[arg(long)]
        undo: bool,
    },
    /// Accept that a vendor's page cannot be read: it no longer counts
    Accept {
        /// The vendor's name, its page's host or address
        vendor: String,
        /// Let it count again
        #[arg(long)]
        undo: bool,
    },
    /// Read documents of one page from files and print it as JSON; needs no network and no store
    Read {
        /// The documents; - for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The platform that they come from, instead of recognising it
        #[arg(long, value_name = "PLATFORM")]
        platform: Option<String>,
    },
    /// Examine configuration, store, engine and pages
    Doctor,
    /// Check the configuration, or say where it is
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Replace the catalogue's list of vendors
    #[command(subcommand, alias = "catalogue")]
    Catalog(CatalogCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    #[command(hide = true)]
    Man {
        /// Of this command; of signalbox itself if none is given
        command: Option<String>,
        /// Write the pages of all commands to this directory instead
        #[arg(long, value_name = "DIR", conflicts_with = "command")]
        dir: Option<PathBuf>,
    },
    /// Write the JSON Schemas of all answers to a directory
    #[command(hide = true)]
    Schemas {
        /// The directory
        dir: PathBuf,
    },
}

/// What to do with the configuration.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Read the configuration and list what is wrong, with file, line and column
    Check,
    /// Say where the configuration, the data and the logs are
    Path,
}

/// What to do with the catalogue.
#[derive(Clone, Debug, Subcommand)]
pub enum CatalogCommand {
    /// Use the list of vendors in a file instead of the present one
    Update {
        /// The list
        #[arg(required_unless_present = "reset")]
        file: Option<PathBuf>,
        /// Use the list that comes with the program again
        #[arg(long, conflicts_with = "file")]
        reset: bool,
    },
}

fn not_empty(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        Err("an id must not be empty; to watch all components again, use --all".to_owned())
    } else {
        Ok(text.to_owned())
    }
}
