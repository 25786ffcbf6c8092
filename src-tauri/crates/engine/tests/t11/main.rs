//! T11: never a silent stop. Faults are planted in one page's work and in the loop itself, in a real engine over real
//! sockets; the listener has to notice, say so, and start a new engine once.

#![expect(
    clippy::expect_used,
    reason = "what stands around the tests may fail as they do"
)]

mod stand;
mod t11_never_a_silent_stop;
