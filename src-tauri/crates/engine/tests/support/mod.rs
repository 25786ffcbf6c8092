//! What tests of the whole engine share: a clock that is driven, a channel that remembers, and a desk: an engine in a
//! directory of its own beside a town of stand-in pages.

mod channel;
mod clock;
mod desk;

pub(crate) use channel::Recording;
pub(crate) use clock::ManualClock;
pub(crate) use desk::{Desk, DeskOptions, minutes, seconds, told};
