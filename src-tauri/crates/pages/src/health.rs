//! The health of a page and of a part of it.
