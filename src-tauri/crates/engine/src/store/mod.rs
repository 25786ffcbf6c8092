//! The SQLite store: what is known, on two time axes.
