//! The vendor's words made safe to show.
