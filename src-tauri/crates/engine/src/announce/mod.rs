//! What is owed to whom: the rules that turn changes into announcements, and the outbox that delivers them.
