//! Paints an icon at any size. The shapes are the window's too; here each gets a rim, so that it stands out from light
//! panels and from dark ones without knowing which it lies on.

use svgtypes::SimplePathSegment;
use tiny_skia::{
    Color as Paint0, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, Transform,
};

use super::{Icon, Layer};
use crate::look::{self, BOX, Color};

/// A painted icon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Width and height.
    pub side: u32,
    /// Red, green, blue and alpha, not multiplied, row by row.
    pub rgba: Vec<u8>,
}

impl Pixels {
    /// The same as alpha, red, green and blue, as StatusNotifierItem takes it.
    #[must_use]
    pub fn argb(&self) -> Vec<u8> {
        let mut argb = self.rgba.clone();
        for pixel in argb.chunks_exact_mut(4) {
            pixel.rotate_right(1);
        }
        argb
    }
}

/// How much of the box a shape inside the dashed ring takes.
const INNER: f32 = 0.6;

/// The width of the rim, in units of the box.
const RIM: f32 = 1.0;

/// Paints `icon` at `side` by `side` pixels.
#[must_use]
pub fn paint(icon: &Icon, side: u32) -> Pixels {
    let side = side.max(1);
    let Some(mut canvas) = Pixmap::new(side, side) else {
        // Only a side of no pixels has no pixmap.
        return Pixels {
            side: 0,
            rgba: Vec::new(),
        };
    };
    #[expect(clippy::cast_precision_loss, reason = "a side has a few hundred pixels")]
    let unit = side as f32 / BOX;
    let whole = Transform::from_scale(unit, unit);
    let look = look::of(icon.health);
    let incomplete = icon.layers.contains(&Layer::Incomplete);
    if incomplete {
        let ring = look::of(signalbox_pages::Health::Unknown);
        shape(&mut canvas, ring.body, "", ring.on_light, whole);
    }
    // The rim needs room of its own.
    let scale = if incomplete { INNER } else { 1.0 - RIM / BOX };
    shape(
        &mut canvas,
        look.body,
        look.mark,
        look.on_light,
        about_centre(whole, scale),
    );
    for layer in &icon.layers {
        match layer {
            Layer::Incomplete => {}
            Layer::Offline => stroke(&mut canvas, "M2.2 13.8L13.8 2.2", whole),
            Layer::Paused => badge(&mut canvas, whole),
        }
    }
    Pixels {
        side,
        rgba: canvas.take_demultiplied(),
    }
}

fn about_centre(whole: Transform, scale: f32) -> Transform {
    let shift = BOX / 2.0 * (1.0 - scale);
    whole.pre_translate(shift, shift).pre_scale(scale, scale)
}

/// A body with a white rim, and its mark in white.
fn shape(canvas: &mut Pixmap, body: &str, mark: &str, color: Color, at: Transform) {
    let Some(body) = path(body) else { return };
    let rim = Stroke {
        width: 2.0 * RIM,
        line_join: LineJoin::Round,
        ..Stroke::default()
    };
    canvas.stroke_path(&body, &solid(Color::WHITE), &rim, at, None);
    canvas.fill_path(&body, &solid(color), FillRule::Winding, at, None);
    if let Some(mark) = path(mark) {
        canvas.fill_path(&mark, &solid(Color::WHITE), FillRule::Winding, at, None);
    }
}

fn stroke(canvas: &mut Pixmap, line: &str, at: Transform) {
    let Some(line) = path(line) else { return };
    for (width, color) in [
        (3.6, Color::WHITE),
        (1.8, look::of(signalbox_pages::Health::Unknown).on_light),
    ] {
        let stroke = Stroke {
            width,
            line_cap: LineCap::Round,
            ..Stroke::default()
        };
        canvas.stroke_path(&line, &solid(color), &stroke, at, None);
    }
}

/// Two bars on a dark disc in the lower right corner.
fn badge(canvas: &mut Pixmap, at: Transform) {
    const DISC: &str = "M11.6 7.6A4 4 0 1 1 11.6 15.6A4 4 0 1 1 11.6 7.6Z";
    const BARS: &str = "M9.7 9.6L11 9.6L11 13.6L9.7 13.6ZM12.2 9.6L13.5 9.6L13.5 13.6L12.2 13.6Z";
    shape(canvas, DISC, BARS, Color::INK, at);
}

fn solid(color: Color) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(Paint0::from_rgba8(color.red, color.green, color.blue, 0xFF));
    paint.anti_alias = true;
    paint
}

/// A path of SVG path data; `None` where it is empty or none.
fn path(data: &str) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for segment in svgtypes::SimplifyingPathParser::from(data) {
        #[expect(clippy::cast_possible_truncation, reason = "coordinates within a box of 16")]
        match segment.ok()? {
            SimplePathSegment::MoveTo { x, y } => builder.move_to(x as f32, y as f32),
            SimplePathSegment::LineTo { x, y } => builder.line_to(x as f32, y as f32),
            SimplePathSegment::CurveTo { x1, y1, x2, y2, x, y } => {
                builder.cubic_to(x1 as f32, y1 as f32, x2 as f32, y2 as f32, x as f32, y as f32);
            }
            SimplePathSegment::Quadratic { x1, y1, x, y } => {
                builder.quad_to(x1 as f32, y1 as f32, x as f32, y as f32);
            }
            SimplePathSegment::ClosePath => builder.close(),
        }
    }
    builder.finish()
}
