//! What health looks like: one colour and one shape each, the single source for the tray and for the window.
//!
//! A shape is two paths in a box of 16 by 16: the body, and the mark that is cut out of it. Both carry the meaning without
//! the colour, because red-green blindness brings some of the colours together.

use schemars::JsonSchema;
use serde::Serialize;
use signalbox_pages::Health;

/// The side of the box that the shapes are drawn in.
pub const BOX: f32 = 16.0;

/// A colour, opaque.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Color {
    /// White.
    pub const WHITE: Self = Self::new(0xFF_FF_FF);
    /// What stands out from a light panel.
    pub const INK: Self = Self::new(0x1B_1D_21);

    /// From `0xRRGGBB`.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "each byte of the number is one part of the colour"
    )]
    pub const fn new(rgb: u32) -> Self {
        Self {
            red: (rgb >> 16) as u8,
            green: (rgb >> 8) as u8,
            blue: rgb as u8,
        }
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.red, self.green, self.blue)
    }
}

/// How one health looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The colour on a light ground.
    pub on_light: Color,
    /// The colour on a dark ground.
    pub on_dark: Color,
    /// The shape's body, as SVG path data.
    pub body: &'static str,
    /// What is cut out of it, as SVG path data; empty where nothing is.
    pub mark: &'static str,
}

/// How a health looks.
#[must_use]
pub const fn of(health: Health) -> Look {
    let (on_light, on_dark, body, mark) = match health {
        Health::Operational => (0x00_79_6B, 0x4F_D1_B0, DISC, CHECK),
        Health::Maintenance => (0x24_56_C8, 0x8A_B4_FF, DISC, WRENCH),
        Health::Degraded => (0x8A_6A_00, 0xFF_E0_66, DIAMOND, UPPER_HALF),
        Health::PartialOutage => (0xA6_3C_00, 0xFF_9F_45, TRIANGLE, EXCLAMATION),
        Health::MajorOutage => (0x7A_00_19, 0xFF_5C_5C, OCTAGON, CROSS),
        Health::Unknown => (0x5B_62_70, 0xA9_B0_BC, DASHED_RING, ""),
    };
    Look {
        on_light: Color::new(on_light),
        on_dark: Color::new(on_dark),
        body,
        mark,
    }
}

const DISC: &str = "M8 .75A7.25 7.25 0 1 1 8 15.25A7.25 7.25 0 1 1 8 .75Z";
const CHECK: &str = "M6.95 11.75L3.55 8.35L4.95 6.95L6.95 8.95L11.05 4.85L12.45 6.25Z";
const WRENCH: &str = "M11.98 5.62L10.28 7.32L8.68 5.72L10.38 4.02A3.1 3.1 0 0 0 6.42 7.9L3.6 10.72A1.19 1.19 0 0 0 5.28 12.4L8.1 9.58A3.1 3.1 0 0 0 11.98 5.62Z";
const DIAMOND: &str = "M8 .4L15.6 8L8 15.6L.4 8Z";
const UPPER_HALF: &str = "M8 2.8L13.2 8L2.8 8Z";
const TRIANGLE: &str = "M8 .9L15.7 14.7L.3 14.7Z";
const EXCLAMATION: &str = "M7 5.4L9 5.4L8.75 10L7.25 10ZM7 11.1L9 11.1L9 13L7 13Z";
const OCTAGON: &str = "M5 .75L11 .75L15.25 5L15.25 11L11 15.25L5 15.25L.75 11L.75 5Z";
const CROSS: &str = "M4.9 3.5L8 6.6L11.1 3.5L12.5 4.9L9.4 8L12.5 11.1L11.1 12.5L8 9.4L4.9 12.5L3.5 11.1L6.6 8L3.5 4.9Z";
/// Six dashes of 36 degrees, the first at the top.
pub(crate) const DASHED_RING: &str = "M5.760 1.105A7.25 7.25 0 0 1 10.240 1.105L9.561 3.197A5.05 5.05 0 0 0 6.439 3.197ZM12.851 2.612A7.25 7.25 0 0 1 15.092 6.493L12.940 6.950A5.05 5.05 0 0 0 11.379 4.247ZM15.092 9.507A7.25 7.25 0 0 1 12.851 13.388L11.379 11.753A5.05 5.05 0 0 0 12.940 9.050ZM10.240 14.895A7.25 7.25 0 0 1 5.760 14.895L6.439 12.803A5.05 5.05 0 0 0 9.561 12.803ZM3.149 13.388A7.25 7.25 0 0 1 0.908 9.507L3.060 9.050A5.05 5.05 0 0 0 4.621 11.753ZM0.908 6.493A7.25 7.25 0 0 1 3.149 2.612L4.621 4.247A5.05 5.05 0 0 0 3.060 6.950Z";

/// The looks as the window takes them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LookSheet {
    /// Per health.
    health: std::collections::BTreeMap<&'static str, SheetEntry>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SheetEntry {
    light: String,
    dark: String,
    shape: Vec<SheetPath>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SheetPath {
    d: String,
    rule: &'static str,
}

/// Everything above, for the window.
#[must_use]
pub fn sheet() -> LookSheet {
    let health = Health::ALL.map(|health| {
        let look = of(health);
        let entry = SheetEntry {
            light: look.on_light.to_string(),
            dark: look.on_dark.to_string(),
            shape: vec![SheetPath {
                d: format!("{}{}", look.body, look.mark),
                rule: "evenodd",
            }],
        };
        (health.as_str(), entry)
    });
    LookSheet {
        health: health.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIGHT_GROUNDS: [Color; 2] = [Color::new(0xFF_FF_FF), Color::new(0xF3_F4_F6)];
    const DARK_GROUNDS: [Color; 2] = [Color::new(0x1B_1D_21), Color::new(0x26_29_2F)];

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(color: Color) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
    }

    fn contrast(one: Color, other: Color) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_colour_stands_out_from_its_grounds_by_4_5_to_1() {
        for health in Health::ALL {
            let look = of(health);
            for (color, grounds) in [(look.on_light, LIGHT_GROUNDS), (look.on_dark, DARK_GROUNDS)] {
                for ground in grounds {
                    let contrast = contrast(color, ground);
                    assert!(contrast >= 4.5, "{health:?} on {ground}: {contrast:.2}");
                }
            }
        }
    }

    #[test]
    fn no_two_healths_share_a_colour_or_come_close() {
        let distance = |one: Color, other: Color| {
            let part = |one: u8, other: u8| f64::from(one.abs_diff(other)).powi(2);
            (part(one.red, other.red) + part(one.green, other.green) + part(one.blue, other.blue)).sqrt()
        };
        for one in Health::ALL {
            for other in Health::ALL.into_iter().filter(|other| *other != one) {
                let (one_look, other_look) = (of(one), of(other));
                for (one_color, other_color) in [
                    (one_look.on_light, other_look.on_light),
                    (one_look.on_dark, other_look.on_dark),
                ] {
                    let distance = distance(one_color, other_color);
                    assert!(distance >= 50.0, "{one:?} and {other:?}: {distance:.0}");
                }
            }
        }
    }
}
