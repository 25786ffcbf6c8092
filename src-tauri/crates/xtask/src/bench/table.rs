//! Measured values as a table.

use std::fmt::Write;

use super::{
    Row, Samples, Target,
    statistics::{median, ratios, spread},
};

/// One line for each row: its median and spread, its ratio if it has one, its target and whether that is met.
pub(super) fn render(rows: &[Row], samples: &Samples) -> String {
    let header = ["", "median", "least", "most", "unit", "ratio", "target", ""].map(str::to_owned);
    let mut lines = vec![header];
    lines.extend(rows.iter().map(|row| cells(row, samples)));
    let mut widths = [0; 8];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for line in &lines {
        let mut laid_out = String::from(" ");
        for (column, (cell, width)) in line.iter().zip(widths).enumerate() {
            // Words to the left, numbers to the right.
            let _ = match column {
                0 | 4 | 6 | 7 => write!(laid_out, " {cell:<width$} "),
                _ => write!(laid_out, " {cell:>width$} "),
            };
        }
        text.push_str(laid_out.trim_end());
        text.push('\n');
    }
    text
}

fn cells(row: &Row, samples: &Samples) -> [String; 8] {
    let values = samples.get(row.name).map_or(&[][..], Vec::as_slice);
    let middle = median(values);
    let (least, most) = spread(values).unzip();
    let (ratio, target, met) = match row.target {
        Target::None => (None, String::new(), None),
        Target::AtMost(limit) => (
            None,
            format!("≤ {} {}", number(limit), row.unit),
            middle.map(|middle| middle <= limit),
        ),
        Target::AtMostTimes { times, of } => {
            let baseline = samples.get(of).map_or(&[][..], Vec::as_slice);
            let ratio = median(&ratios(values, baseline));
            (
                ratio,
                format!("≤ {} × {of}", number(times)),
                ratio.map(|ratio| ratio <= times),
            )
        }
    };
    let verdict = met.map_or("", |met| if met { "met" } else { "MISSED" });
    let shown = |value: Option<f64>| value.map_or_else(String::new, number);
    [
        row.name.to_owned(),
        shown(middle),
        shown(least),
        shown(most),
        row.unit.to_owned(),
        ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
        target,
        verdict.to_owned(),
    ]
}

/// Three significant digits, but never fewer than the whole number has.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 || size == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_three_digits() {
        let cases = [
            (0.0, "0"),
            (0.12345, "0.123"),
            (1.5, "1.5"),
            (2.346, "2.35"),
            (10.0, "10"),
            (12.34, "12.3"),
            (1234.5, "1234"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn a_table_tells_medians_ratios_and_what_was_missed() {
        let rows = [
            Row {
                name: "curl",
                unit: "ms",
                target: Target::None,
            },
            Row {
                name: "first pass",
                unit: "ms",
                target: Target::AtMostTimes {
                    times: 6.0,
                    of: "curl",
                },
            },
            Row {
                name: "memory",
                unit: "MiB",
                target: Target::AtMost(40.0),
            },
        ];
        let samples = Samples::from([
            ("curl", vec![100.0, 120.0, 110.0]),
            // In the second round everything was slow: the ratio of each round is what counts.
            ("first pass", vec![500.0, 660.0, 495.0]),
            ("memory", vec![41.0, 42.0, 39.0]),
        ]);
        assert_eq!(
            render(&rows, &samples),
            "              median  least  most  unit  ratio  target\n  \
             curl           110    100   120  ms\n  \
             first pass     500    495   660  ms     5.00  ≤ 6 × curl  met\n  \
             memory          41     39    42  MiB          ≤ 40 MiB    MISSED\n"
        );
    }

    #[test]
    fn a_row_without_values_is_empty_not_met() {
        let rows = [Row {
            name: "memory",
            unit: "MiB",
            target: Target::AtMost(40.0),
        }];
        let text = render(&rows, &Samples::new());
        assert!(!text.contains("met") && !text.contains("MISSED"), "{text}");
    }
}
