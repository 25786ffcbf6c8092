//! The rules of truth and the table of bad input, held against the real engine: real sockets, a real store, a driven
//! clock.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

#[path = "../support/mod.rs"]
mod support;

mod a_change_of_platform;
mod a_page_without_a_history;
mod a_second_start;
mod bodies;
mod bubbles;
mod first_sight;
mod flapping;
mod looking_back;
mod one_id_on_two_pages;
mod platforms;
mod recognition;
mod recorded_payloads;
mod row10_words_that_attack;
mod row1_a_page_that_cannot_be_reached;
mod row2_a_page_that_cannot_be_read;
mod row3_redirects;
mod row4_a_host_that_hangs;
mod row5_our_own_trouble;
mod row6_odd_words_and_changed_histories;
mod row7_each_change_is_told_once;
mod row8_what_came_and_went_between_polls;
mod several_pages_at_one_address;
mod t1_never_green_without_evidence;
mod t2_never_an_outage_without_the_vendors_word;
mod t6_the_vendors_words_stay_the_vendors;
mod t8_a_good_guest;
mod the_catalogue;
mod the_systems_word_on_the_network;
mod what_the_person_asked_for;
