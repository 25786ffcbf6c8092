//! The rules of truth and the table of bad input, held against the real engine: real sockets, a real store, a driven
//! clock.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

#[path = "../support/mod.rs"]
mod support;

mod bodies;
mod row10_words_that_attack;
mod row1_a_page_that_cannot_be_reached;
mod row2_a_page_that_cannot_be_read;
mod row3_redirects;
mod row4_a_host_that_hangs;
mod row5_our_own_trouble;
mod row6_odd_words_and_changed_histories;
mod row7_each_change_is_told_once;
mod row8_what_came_and_went_between_polls;
