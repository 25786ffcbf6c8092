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

const DISC: &str = "M0.8 8A7.2 7.2 0 1 1 15.2 8A7.2 7.2 0 1 1 0.8 8Z";
const CHECK: &str = "M4.03 8.87L7.15 11.99L12.11 6.33A0.95 0.95 0 0 0 10.69 5.07L7.05 9.21L5.37 7.53A0.95 0.95 0 0 0 4.03 8.87Z";
const WRENCH: &str = "M4.36 10.16L7.19 7.32A2.75 2.75 0 0 1 10.84 3.75L9.2 5.38L10.62 6.8L12.25 5.16A2.75 2.75 0 0 1 8.68 8.81L5.84 11.64A1.05 1.05 0 0 1 4.36 10.16Z";
const DIAMOND: &str = "M8 0.6L15.4 8L8 15.4L0.6 8Z";
const UPPER_HALF: &str = "M8 3.05L3.05 8L12.95 8Z";
const TRIANGLE: &str =
    "M7.47 1.86Q8 0.9 8.53 1.86L15.07 13.64Q15.6 14.6 14.5 14.6L1.5 14.6Q0.4 14.6 0.93 13.64Z";
const EXCLAMATION: &str =
    "M7.05 5.6L8.95 5.6L8.7 10L7.3 10ZM6.95 12.1A1.05 1.05 0 1 1 9.05 12.1A1.05 1.05 0 1 1 6.95 12.1Z";
const OCTAGON: &str = "M4.98 0.7L11.02 0.7L15.3 4.98L15.3 11.02L11.02 15.3L4.98 15.3L0.7 11.02L0.7 4.98Z";
const CROSS: &str =
    "M4.9 3.5L8 6.6L11.1 3.5L12.5 4.9L9.4 8L12.5 11.1L11.1 12.5L8 9.4L4.9 12.5L3.5 11.1L6.6 8L3.5 4.9Z";
/// Six dashes of 36 degrees, the first at the top.
pub(crate) const DASHED_RING: &str = "M5.72 1.17A7.2 7.2 0 0 1 10.28 1.17L9.68 2.97A5.3 5.3 0 0 0 6.32 2.97ZM12.77 2.61A7.2 7.2 0 0 1 15.06 6.56L13.19 6.94A5.3 5.3 0 0 0 11.51 4.03ZM15.06 9.44A7.2 7.2 0 0 1 12.77 13.39L11.51 11.97A5.3 5.3 0 0 0 13.19 9.06ZM10.28 14.83A7.2 7.2 0 0 1 5.72 14.83L6.32 13.03A5.3 5.3 0 0 0 9.68 13.03ZM3.23 13.39A7.2 7.2 0 0 1 0.94 9.44L2.81 9.06A5.3 5.3 0 0 0 4.49 11.97ZM0.94 6.56A7.2 7.2 0 0 1 3.23 2.61L4.49 4.03A5.3 5.3 0 0 0 2.81 6.94Z";

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
