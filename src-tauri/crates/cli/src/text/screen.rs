//! Lines, aligned columns and wrapped paragraphs.
//!
//! Everything that is shown passes through here, so here is the one place where foreign words are made inert.

use unicode_width::UnicodeWidthStr;

use super::{
    inert::{inert, inert_line},
    style::{Paint, Style},
};

/// The narrowest that a flexible column becomes before the line is cut at its end.
const NARROWEST: usize = 12;

/// A piece of a line.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    text: String,
    paint: Paint,
}

/// `text` on one line, made inert, painted.
pub(crate) fn piece(text: impl AsRef<str>, paint: Paint) -> Piece {
    Piece {
        text: inert_line(text.as_ref()),
        paint,
    }
}

/// As [`piece`], unpainted.
pub(crate) fn plain(text: impl AsRef<str>) -> Piece {
    piece(text, Paint::Plain)
}

/// As [`piece`], moved to the right by `cells`.
pub(crate) fn indented(cells: usize, text: impl AsRef<str>, paint: Paint) -> Piece {
    Piece {
        text: format!("{}{}", " ".repeat(cells), inert_line(text.as_ref())),
        paint,
    }
}

/// Text being laid out.
#[derive(Debug)]
pub(crate) struct Screen<'a> {
    pub(crate) style: &'a Style,
    text: String,
}

impl<'a> Screen<'a> {
    pub(crate) fn new(style: &'a Style) -> Self {
        Self {
            style,
            text: String::new(),
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// An empty line between sections: never at the top, never two.
    pub(crate) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Pieces on one line, a space between them, cut to the width.
    pub(crate) fn line(&mut self, indent: usize, pieces: &[Piece]) {
        let mut cells = Vec::with_capacity(pieces.len() * 2);
        for piece in pieces.iter().filter(|piece| !piece.text.is_empty()) {
            if !cells.is_empty() {
                cells.push(plain_raw(" "));
            }
            cells.push(piece.clone());
        }
        self.emit(indent, &cells);
    }

    /// A heading with an empty line above it.
    pub(crate) fn heading(&mut self, text: &str) {
        self.gap();
        self.line(0, &[piece(text, Paint::Strong)]);
    }

    /// Rows in aligned columns, two spaces apart; the column `flexible` gives way if the width is short.
    pub(crate) fn table(&mut self, indent: usize, rows: &[Vec<Piece>], flexible: usize) {
        for line in self.table_lines(indent, rows, flexible) {
            self.push_line(&line);
        }
    }

    /// As [`Screen::table`], one finished line per row, for rows with something between them; each goes to
    /// [`Screen::push_line`].
    pub(crate) fn table_lines(&self, indent: usize, rows: &[Vec<Piece>], flexible: usize) -> Vec<String> {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..columns)
            .map(|column| {
                rows.iter()
                    .filter_map(|row| row.get(column))
                    .map(|cell| cell.text.width())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        if let Some(limit) = self.style.width {
            let used = widths
                .iter()
                .filter(|width| **width > 0)
                .count()
                .saturating_sub(1)
                * 2;
            let total = indent + used + widths.iter().sum::<usize>();
            if let Some(width) = widths.get_mut(flexible) {
                *width = (*width).min(width.saturating_sub(total.saturating_sub(limit)).max(NARROWEST));
            }
        }
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let mut cells = Vec::with_capacity(row.len() * 2);
            let mut pending = 0;
            for (cell, width) in row.iter().zip(&widths) {
                if *width == 0 {
                    continue;
                }
                let text = cut(&cell.text, *width, self.style.ellipsis());
                let shown = text.width();
                if shown > 0 {
                    cells.push(plain_raw(&" ".repeat(pending)));
                    pending = 0;
                    cells.push(Piece {
                        text,
                        paint: cell.paint,
                    });
                }
                pending += width.saturating_sub(shown) + 2;
            }
            lines.push(self.cells(indent, &cells));
        }
        lines
    }

    /// Foreign text of several lines, wrapped to the width and indented; its paragraphs are kept, empty lines are
    /// gathered into one.
    pub(crate) fn paragraphs(&mut self, indent: usize, text: &str, paint: Paint) {
        let width = self
            .style
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(indent).max(NARROWEST));
        let clean = inert(text);
        let mut empty = false;
        for source in clean.trim_matches('\n').lines() {
            if source.trim().is_empty() {
                empty = true;
                continue;
            }
            if std::mem::take(&mut empty) {
                self.text.push('\n');
            }
            for line in wrap(source.trim_end(), width) {
                self.emit(indent, &[Piece { text: line, paint }]);
            }
        }
    }

    /// A name and what belongs to it; what does not fit goes on below, under itself. The name takes `column` cells.
    pub(crate) fn labelled(&mut self, indent: usize, name: &str, column: usize, text: &str) {
        let from = self.text.len();
        self.paragraphs(indent + column, &inert_line(text), Paint::Plain);
        let label = format!("{}{name}", " ".repeat(indent));
        let margin = indent + column;
        if self.text.get(from..).is_some_and(|added| added.len() > margin) && label.len() < margin {
            let painted = self.style.paint(name, Paint::Faint);
            let pad = " ".repeat(margin - label.len());
            let first = format!("{}{painted}{pad}", " ".repeat(indent));
            self.text.replace_range(from..from + margin, &first);
        }
    }

    /// Our own sentence, wrapped to the width.
    pub(crate) fn sentence(&mut self, indent: usize, text: &str) {
        self.paragraphs(indent, text, Paint::Plain);
    }

    fn emit(&mut self, indent: usize, cells: &[Piece]) {
        let line = self.cells(indent, cells);
        self.push_line(&line);
    }

    /// A line that [`Screen::table_lines`] finished.
    pub(crate) fn push_line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn cells(&self, indent: usize, cells: &[Piece]) -> String {
        let mut left = self
            .style
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(indent));
        let total: usize = cells.iter().map(|cell| cell.text.width()).sum();
        let fits = total <= left;
        let mut line = " ".repeat(indent);
        for cell in cells {
            if fits {
                line.push_str(&self.style.paint(&cell.text, cell.paint));
                continue;
            }
            let width = cell.text.width();
            if width < left {
                line.push_str(&self.style.paint(&cell.text, cell.paint));
                left -= width;
            } else {
                let ellipsis = self.style.ellipsis();
                line.push_str(
                    &self
                        .style
                        .paint(&cut(&format!("{} ", cell.text), left, ellipsis), cell.paint),
                );
                break;
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

fn plain_raw(text: &str) -> Piece {
    Piece {
        text: text.to_owned(),
        paint: Paint::Plain,
    }
}

/// `text` in at most `width` cells, with `ellipsis` in place of what is missing.
pub(crate) fn cut(text: &str, width: usize, ellipsis: &str) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(ellipsis.width());
    let mut shown = String::new();
    for character in text.chars() {
        shown.push(character);
        if shown.width() > room {
            shown.pop();
            break;
        }
    }
    let mut shown = shown.trim_end().to_owned();
    shown.push_str(ellipsis);
    shown
}

/// `line` broken at spaces into lines of at most `width` cells; a longer word, such as an address, is broken where
/// it must be. Leading spaces of a line, as in a list, are kept.
fn wrap(line: &str, width: usize) -> Vec<String> {
    if line.width() <= width {
        return vec![line.to_owned()];
    }
    let body = line.trim_start();
    let lead = " ".repeat((line.len() - body.len()).min(width / 2));
    let mut lines = Vec::new();
    let mut current = lead.clone();
    for word in body.split_whitespace() {
        let empty = current.len() == lead.len();
        if !empty && current.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut current, lead.clone()));
        } else if !empty {
            current.push(' ');
        }
        if current.width() + word.width() <= width {
            current.push_str(word);
            continue;
        }
        for character in word.chars() {
            current.push(character);
            if current.width() > width {
                current.pop();
                lines.push(std::mem::replace(&mut current, lead.clone()));
                current.push(character);
            }
        }
    }
    lines.push(current);
    lines
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, tz::TimeZone};

    use super::*;

    fn style(width: usize) -> Style {
        Style {
            color: false,
            unicode: true,
            width: Some(width),
            zone: TimeZone::UTC,
            now: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn columns_are_aligned_by_cells_and_the_flexible_one_gives_way() {
        let style = style(34);
        let mut screen = Screen::new(&style);
        screen.table(
            2,
            &[
                vec![
                    plain("\u{65e5}\u{672c}"),
                    plain("A title that is much too long for this"),
                    plain("id1"),
                ],
                vec![plain("Stripe"), plain("Short"), plain("id22")],
            ],
            1,
        );
        insta::assert_snapshot!(screen.into_text(), @"
        日本    A title that is m…  id1
        Stripe  Short               id22
        ");
    }

    #[test]
    fn paragraphs_are_wrapped_and_kept_apart() {
        let style = style(24);
        let mut screen = Screen::new(&style);
        screen.paragraphs(
            4,
            "We are \u{1b}[31minvestigating reports of trouble.\n\n\n\nhttps://status.example/very/long/address\n",
            Paint::Plain,
        );
        insta::assert_snapshot!(screen.into_text(), @r"
            We are
            [31minvestigating
            reports of trouble.

            https://status.examp
            le/very/long/address
        ");
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(
            cells in proptest::collection::vec("\\PC{0,50}", 1..6),
            text in proptest::collection::vec(proptest::char::any(), 0..200),
            width in 30_usize..100,
        ) {
            let style = style(width);
            let mut screen = Screen::new(&style);
            let row: Vec<Piece> = cells.iter().map(plain).collect();
            screen.table(2, std::slice::from_ref(&row), 1);
            screen.line(0, &row);
            screen.paragraphs(4, &text.into_iter().collect::<String>(), Paint::Plain);
            for line in screen.into_text().lines() {
                proptest::prop_assert!(line.width() <= width, "{:?} is {} wide", line, line.width());
            }
        }
    }
}
