//! Stand-in vendors: status pages on loopback that behave, and misbehave, as real ones do.
//!
//! A [`Town`] holds any number of [`Page`]s, each on a loopback address (or port) of its own, so that a client
//! which treats hosts apart sees as many hosts; through the town's proxy they may bear any host's name. A page
//! serves [`Document`]s with validators, compression and TLS; it can be told to
//! [misbehave](Misbehaviour), and it records every request for the test to look at.
//! [`StatuspageBody`] writes documents of the Statuspage shape by hand; a [`Script`] drives pages over time.
//!
//! The crate serves bytes. It knows nothing of how Signalbox fetches, reads or stores them.

mod accounting;
mod answer;
mod connection;
mod deflate_bomb;
mod document;
mod http;
mod misbehaviour;
mod page;
mod proxy;
mod script;

mod statuspage;
mod tls;
mod town;

pub use accounting::Request;
pub use document::{Document, Encoding};
pub use misbehaviour::{BadTls, Misbehaviour, RetryAfter};
pub use page::{HttpOptions, Page};

pub use script::{Run, Scene, Script, ScriptError, ScriptPage};
pub use statuspage::{Component, Incident, Postmortem, StatuspageBody, Transition, Update};
pub use town::{Placement, ReplayError, Town, TownOptions};
