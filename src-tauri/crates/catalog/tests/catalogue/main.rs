//! The catalogue as others see it.

mod hosts_and_names;
mod lists;
mod own_entries;
mod searching;
mod the_built_in_list;
