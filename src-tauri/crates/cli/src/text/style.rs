//! How text is shown: shapes, colours, widths, times.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use signalbox_engine::announce::words::duration;
pub use signalbox_engine::announce::words::health as health_words;
use signalbox_pages::Health;

/// What the text is written for.
#[derive(Clone, Debug)]
pub struct Style {
    /// Whether colour may be used. Nothing is said by colour alone.
    pub color: bool,
    /// Whether characters beyond ASCII may be used for shapes.
    pub unicode: bool,
    /// The width of the terminal in cells; `None` where lines are neither cut nor wrapped, as into a pipe.
    pub width: Option<usize>,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// Now.
    pub now: Timestamp,
}

/// How a piece of text stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Not at all.
    Plain,
    /// A heading.
    Strong,
    /// Less than the rest: ids, ages.
    Faint,
    /// In the colour of a health.
    Of(Health),
}

impl Paint {
    /// The SGR parameters; empty for none. The sixteen colours follow the terminal's own light or dark theme.
    const fn sgr(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Faint | Self::Of(Health::Unknown) => "2",
            Self::Of(Health::Operational) => "32",
            Self::Of(Health::Maintenance) => "34",
            Self::Of(Health::Degraded) => "33",
            Self::Of(Health::PartialOutage) => "31",
            Self::Of(Health::MajorOutage) => "1;31",
        }
    }
}

impl Style {
    /// `text` in the paint's colour, if colour is wanted.
    #[must_use]
    pub fn paint(&self, text: &str, paint: Paint) -> String {
        let sgr = paint.sgr();
        if !self.color || sgr.is_empty() || text.is_empty() {
            text.to_owned()
        } else {
            format!("\u{1b}[{sgr}m{text}\u{1b}[0m")
        }
    }

    /// The shape of a health: one cell, distinct without colour.
    #[must_use]
    pub const fn shape(&self, health: Health) -> &'static str {
        match (health, self.unicode) {
            (Health::Operational, true) => "\u{2714}",
            (Health::Maintenance, true) => "\u{2699}",
            (Health::Degraded, true) => "\u{25c6}",
            (Health::PartialOutage, true) => "\u{25b2}",
            (Health::MajorOutage, true) => "\u{2716}",
            (Health::Unknown, true) => "\u{25cc}",
            (Health::Operational, false) => "+",
            (Health::Maintenance, false) => "*",
            (Health::Degraded, false) => "~",
            (Health::PartialOutage, false) => "!",
            (Health::MajorOutage, false) => "X",
            (Health::Unknown, false) => "?",
        }
    }

    /// The mark that something was cut.
    #[must_use]
    pub const fn ellipsis(&self) -> &'static str {
        if self.unicode { "\u{2026}" } else { "..." }
    }

    /// The mark between facts on one line.
    #[must_use]
    pub const fn dot(&self) -> &'static str {
        if self.unicode { " \u{b7} " } else { " - " }
    }

    /// The mark between before and after.
    #[must_use]
    pub const fn arrow(&self) -> &'static str {
        if self.unicode { "\u{2192}" } else { "->" }
    }

    fn local(&self, time: Timestamp) -> Zoned {
        time.to_zoned(self.zone.clone())
    }

    /// A time for a column: always the same width, in the zone shown.
    #[must_use]
    pub fn stamp(&self, time: Timestamp) -> String {
        self.local(time).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// A time inside a sentence: the clock alone if it is today.
    #[must_use]
    pub fn brief(&self, time: Timestamp) -> String {
        let local = self.local(time);
        if local.date() == self.local(self.now).date() {
            local.strftime("%H:%M").to_string()
        } else {
            local.strftime("%Y-%m-%d %H:%M").to_string()
        }
    }

    /// A time with its weekday, its zone, and UTC at hand.
    #[must_use]
    pub fn full(&self, time: Timestamp) -> String {
        let local = self.local(time);
        let utc = time.to_zoned(TimeZone::UTC);
        let shown = local.strftime("%a %Y-%m-%d %H:%M %Z");
        if local.offset() == jiff::tz::Offset::UTC {
            shown.to_string()
        } else if local.date() == utc.date() {
            format!("{shown} ({} UTC)", utc.strftime("%H:%M"))
        } else {
            format!("{shown} ({} UTC)", utc.strftime("%Y-%m-%d %H:%M"))
        }
    }

    /// How long ago a time was: "40 s ago"; "in 12 min" for one to come.
    #[must_use]
    pub fn ago(&self, time: Timestamp) -> String {
        let seconds = self.now.as_second() - time.as_second();
        if seconds < 0 {
            format!("in {}", exact(seconds.unsigned_abs()))
        } else {
            format!("{} ago", exact(seconds.unsigned_abs()))
        }
    }

    /// How long it is from one time to another; nothing if the order is wrong.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Option<String> {
        let seconds = to.as_second() - from.as_second();
        u64::try_from(seconds).ok().map(exact)
    }
}

/// A duration as announcements say it, such as "41 h 4 min": never gathered into days, which would hide how long it was.
#[must_use]
pub fn exact(seconds: u64) -> String {
    duration(jiff::SignedDuration::from_secs(
        i64::try_from(seconds).unwrap_or(i64::MAX),
    ))
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn style() -> Style {
        Style {
            color: true,
            unicode: true,
            width: None,
            zone: TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap(),
            now: "2026-11-19T09:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn shapes_take_one_cell_and_differ_without_colour() {
        for unicode in [true, false] {
            let style = Style { unicode, ..style() };
            let shapes: std::collections::BTreeSet<_> = Health::ALL
                .into_iter()
                .map(|health| style.shape(health))
                .collect();
            assert_eq!(shapes.len(), Health::ALL.len());
            assert!(shapes.iter().all(|shape| shape.width() == 1), "{shapes:?}");
            assert!(unicode || shapes.iter().all(|shape| shape.is_ascii()));
        }
    }

    #[test]
    fn times_are_local_with_utc_at_hand() {
        let time: Timestamp = "2026-11-17T13:32:00Z".parse().unwrap();
        let night: Timestamp = "2026-11-17T23:32:00Z".parse().unwrap();
        assert_eq!(style().full(time), "Tue 2026-11-17 14:32 CET (13:32 UTC)");
        assert_eq!(
            style().full(night),
            "Wed 2026-11-18 00:32 CET (2026-11-17 23:32 UTC)"
        );
        let utc = Style {
            zone: TimeZone::UTC,
            ..style()
        };
        assert_eq!(utc.full(time), "Tue 2026-11-17 13:32 UTC");
        assert_eq!(style().brief(time), "2026-11-17 14:32");
        assert_eq!(style().brief("2026-11-19T08:00:00Z".parse().unwrap()), "09:00");
        assert_eq!(style().ago(time), "43 h 28 min ago");
        assert_eq!(style().ago("2026-11-19T09:12:00Z".parse().unwrap()), "in 12 min");
    }

    #[test]
    fn colour_is_left_out_where_it_is_not_wanted() {
        assert_eq!(
            style().paint("x", Paint::Of(Health::Degraded)),
            "\u{1b}[33mx\u{1b}[0m"
        );
        let plain = Style {
            color: false,
            ..style()
        };
        assert_eq!(plain.paint("x", Paint::Of(Health::Degraded)), "x");
    }
}
