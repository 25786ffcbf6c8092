//! The channel of a terminal or a pipe: one line of text or of JSON per announcement.
