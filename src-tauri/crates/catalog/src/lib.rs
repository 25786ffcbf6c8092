//! The directory of vendors, and how to search it.
//!
//! It knows nothing else of Signalbox, and nothing else needs it yet: pages are added by their address. The directory
//! comes with the readers of the other platforms.
