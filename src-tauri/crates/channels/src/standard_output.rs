//! The channel of a terminal or a pipe: per announcement some lines of text, or one line of JSON.

use std::{
    fmt::{self, Write as _},
    future::{Future, ready},
    io::Write,
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

use crate::{Announcement, Channel, Outcome};

/// The number of the JSON form; a change that breaks a reader raises it.
const SCHEMA: u32 = 1;

/// An announcement as the text that a person reads, its lines ended.
pub type Layout = Box<dyn Fn(&Announcement) -> String + Send + Sync>;

/// In which form announcements are written.
pub enum Form {
    /// For people, laid out by whoever knows the terminal.
    Text(Layout),
    /// For programs: `{"schema":1,"announcement":{…}}`, one per line.
    Json,
}

impl fmt::Debug for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text(_) => "Text",
            Self::Json => "Json",
        })
    }
}

/// Writes announcements to a terminal or a pipe. Each is flushed at once.
#[derive(Debug)]
pub struct StandardOutput<W> {
    form: Form,
    writer: Mutex<Writer<W>>,
}

#[derive(Debug)]
struct Writer<W> {
    to: W,
    last_key: Option<String>,
}

impl<W: Write + Send> StandardOutput<W> {
    /// A channel that writes to `to` in the given form.
    pub const fn new(to: W, form: Form) -> Self {
        Self {
            form,
            writer: Mutex::new(Writer { to, last_key: None }),
        }
    }

    /// The writer, with what was written to it.
    pub fn into_inner(self) -> W {
        self.writer
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .to
    }

    fn write(&self, announcement: &Announcement) -> Outcome {
        let lines = match &self.form {
            Form::Text(layout) => layout(announcement),
            Form::Json => match json(announcement) {
                Ok(line) => line,
                Err(error) => {
                    return Outcome::Refused {
                        reason: format!("the announcement has no form in JSON: {error}"),
                    };
                }
            },
        };
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.last_key.as_deref() == Some(&announcement.key) {
            return Outcome::Delivered;
        }
        match writer
            .to
            .write_all(lines.as_bytes())
            .and_then(|()| writer.to.flush())
        {
            Ok(()) => {
                writer.last_key = Some(announcement.key.clone());
                Outcome::Delivered
            }
            Err(error) => Outcome::Retry {
                after: None,
                reason: format!("standard output: {error}"),
            },
        }
    }
}

impl<W: Write + Send> Channel for StandardOutput<W> {
    fn name(&self) -> &str {
        "standard-output"
    }

    fn deliver<'a>(
        &'a self,
        announcement: &'a Announcement,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        Box::pin(ready(self.write(announcement)))
    }
}

#[derive(Serialize)]
struct Line<'a> {
    schema: u32,
    announcement: &'a Announcement,
}

fn json(announcement: &Announcement) -> Result<String, serde_json::Error> {
    let line = serde_json::to_string(&Line {
        schema: SCHEMA,
        announcement,
    })?;
    // What steers a terminal can stand in texts only, where an escape means the same.
    let mut safe = String::with_capacity(line.len() + 1);
    for character in line.chars() {
        if !steers_a_terminal(character) {
            safe.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a text cannot fail.
            let _ = write!(safe, "\\u{unit:04x}");
        }
    }
    safe.push('\n');
    Ok(safe)
}

/// Whether a character does something to a terminal beside standing in its place: controls, and the marks that turn the
/// direction of writing or join and hide what stands beside them.
fn steers_a_terminal(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00ad}'
                | '\u{061c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use signalbox_pages::{Health, Impact};

    use super::{Form, StandardOutput};
    use crate::{Announcement, AnnouncementKind, Channel, Outcome, Urgency};

    fn announcement(key: &str) -> Announcement {
        Announcement {
            key: key.into(),
            kind: AnnouncementKind::IncidentOpened,
            urgency: Urgency::High,
            vendor: Some("Forge".into()),
            headline: "Forge: incident opened: Pushes fail".into(),
            body: "A disk is full.\nIt is being emptied.".into(),
            incident: Some("i1".into()),
            url: Some("https://status.forge.example/incidents/i1".into()),
            health: Some(Health::MajorOutage),
            impact: Some(Impact::Critical),
            recorded_at: "2026-11-07T17:40:00Z".parse().unwrap(),
            happened_at: None,
        }
    }

    fn deliver(channel: &dyn Channel, announcement: &Announcement) -> Outcome {
        let mut delivery = pin!(channel.deliver(announcement));
        match delivery.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => panic!("it never waits"),
        }
    }

    fn written(form: Form, announcements: &[Announcement]) -> String {
        let channel = StandardOutput::new(Vec::new(), form);
        for announcement in announcements {
            assert_eq!(deliver(&channel, announcement), Outcome::Delivered);
        }
        String::from_utf8(channel.into_inner()).unwrap()
    }

    fn headlines() -> Form {
        Form::Text(Box::new(|announcement| format!("{}\n", announcement.headline)))
    }

    #[test]
    fn people_get_what_the_layout_makes_of_it() {
        assert_eq!(
            written(headlines(), &[announcement("1")]),
            "Forge: incident opened: Pushes fail\n"
        );
    }

    #[test]
    fn programs_get_one_line_of_json_each() {
        let (first, second) = (announcement("1"), announcement("2"));
        let text = written(Form::Json, &[first.clone(), second.clone()]);
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        for (line, expected) in lines.iter().zip([first, second]) {
            assert_eq!(line["schema"], 1);
            let read: Announcement = serde_json::from_value(line["announcement"].clone()).unwrap();
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_written_as_json() {
        let evil = Announcement {
            headline: "Forge: \u{1b}]0;owned\u{7} \u{202e}gnp.exe \u{9b}31m \u{85} a\nb \u{e0041}".into(),
            body: "one\r\n\u{8}\u{8}two\u{2028}three \u{7f}".into(),
            ..announcement("1")
        };
        let text = written(Form::Json, std::slice::from_ref(&evil));
        for character in text.chars() {
            assert!(
                character == '\n' || !super::steers_a_terminal(character),
                "{character:?} in {text:?}"
            );
        }
        let line = written(Form::Json, std::slice::from_ref(&evil));
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            read["announcement"]["headline"],
            evil.headline.as_str(),
            "escaped, not lost"
        );
    }

    #[test]
    fn the_same_key_again_is_written_once() {
        let text = written(
            Form::Json,
            &[announcement("1"), announcement("1"), announcement("2")],
        );
        assert_eq!(text.lines().count(), 2);
    }

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_to_be_tried_again_and_no_panic() {
        let channel = StandardOutput::new(Closed, Form::Json);
        for _ in 0..2 {
            let outcome = deliver(&channel, &announcement("1"));
            assert!(
                matches!(&outcome, Outcome::Retry { after: None, reason } if reason.starts_with("standard output")),
                "{outcome:?}"
            );
        }
    }

    /// Keeps nothing back: what is not flushed is lost.
    #[derive(Default)]
    struct Buffered {
        pending: Vec<u8>,
        arrived: Vec<u8>,
    }

    impl Write for Buffered {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.pending.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            self.arrived.append(&mut self.pending);
            Ok(())
        }
    }

    #[test]
    fn what_is_delivered_has_been_flushed() {
        let channel = StandardOutput::new(Buffered::default(), Form::Json);
        assert_eq!(deliver(&channel, &announcement("1")), Outcome::Delivered);
        let Buffered { pending, arrived } = channel.into_inner();
        assert!(pending.is_empty() && !arrived.is_empty());
    }
}
