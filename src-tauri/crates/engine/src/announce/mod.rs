//! What is owed to whom: the rules that turn changes into announcements, and the outbox that delivers them.

mod draft;
pub(crate) mod held;
pub(crate) mod outbox;
pub mod rules;
mod scope;
pub mod source;
pub mod summary;
#[cfg(test)]
mod test_words;
pub mod words;

pub use draft::Draft;
pub use rules::{Decision, RuleInput, Told, announcements};
pub use scope::Scope;
