//! What vendors wrote about events, every revision of it. A revision is never changed once it is there.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signalbox_pages::{Health, Transition, Update};

use super::{
    StoreError, Tx, Wording,
    event::{Facts, KnownEvent},
    value::{Bits, Ms},
};

/// A transition as it is kept: an array, because the names of the fields would be most of it. First there were no words in
/// it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum KeptTransition<'a> {
    WithWords(
        Option<Cow<'a, str>>,
        Cow<'a, str>,
        Health,
        Health,
        Option<Cow<'a, str>>,
        Option<Cow<'a, str>>,
    ),
    Bare(Option<Cow<'a, str>>, Cow<'a, str>, Health, Health),
}

fn transitions_json(transitions: &[Transition]) -> Result<Option<String>, StoreError> {
    if transitions.is_empty() {
        return Ok(None);
    }
    let kept: Vec<KeptTransition<'_>> = transitions
        .iter()
        .map(|transition| {
            let Transition {
                id,
                name,
                from,
                from_raw,
                to,
                to_raw,
            } = transition;
            let (id, name) = (id.as_deref().map(Cow::Borrowed), Cow::Borrowed(name.as_str()));
            if from_raw.is_none() && to_raw.is_none() {
                return KeptTransition::Bare(id, name, *from, *to);
            }
            let [from_raw, to_raw] = [from_raw, to_raw].map(|raw| raw.as_deref().map(Cow::Borrowed));
            KeptTransition::WithWords(id, name, *from, *to, from_raw, to_raw)
        })
        .collect();
    Ok(Some(serde_json::to_string(&kept)?))
}

/// Transitions from their column.
pub(super) fn transitions(json: Option<&str>) -> rusqlite::Result<Vec<Transition>> {
    let Some(json) = json else { return Ok(Vec::new()) };
    let kept: Vec<KeptTransition<'_>> =
        serde_json::from_str(json).map_err(|error| rusqlite::types::FromSqlError::Other(Box::new(error)))?;
    Ok(kept
        .into_iter()
        .map(|kept| {
            let (id, name, from, to, from_raw, to_raw) = match kept {
                KeptTransition::WithWords(id, name, from, to, from_raw, to_raw) => {
                    (id, name, from, to, from_raw, to_raw)
                }
                KeptTransition::Bare(id, name, from, to) => (id, name, from, to, None, None),
            };
            Transition {
                id: id.map(Cow::into_owned),
                name: name.into_owned(),
                from,
                from_raw: from_raw.map(Cow::into_owned),
                to,
                to_raw: to_raw.map(Cow::into_owned),
            }
        })
        .collect())
}

impl Tx<'_> {
    /// Records an update as it is now: a new one, or a new revision of a known one.
    pub(super) fn set_update<F: Facts>(
        &self,
        event: &mut KnownEvent,
        at: Timestamp,
        update: &Update<F::Phase>,
        wording: &Wording,
    ) -> Result<(), StoreError> {
        let hash = F::hash(wording, update);
        let known = self.row(
            "SELECT seq, hash, deleted FROM event_update WHERE event_id = ?1 AND vendor_id = ?2",
            (event.id, &update.id),
            |row| {
                Ok((
                    row.get::<_, u32>(0)?,
                    row.get::<_, Bits>(1)?.0,
                    row.get::<_, bool>(2)?,
                ))
            },
        )?;
        let (seq, more) = match known {
            Some((_, known, false)) if known == hash => return Ok(()),
            Some((seq, _, deleted)) => {
                self.run(
                    "UPDATE event_update SET hash = ?3, deleted = 0 WHERE event_id = ?1 AND vendor_id = ?2",
                    (event.id, &update.id, Bits(hash)),
                )?;
                (seq, u32::from(deleted))
            }
            None => {
                let seq = Self::take_seq(event);
                self.run(
                    "INSERT INTO event_update (event_id, vendor_id, seq, hash, deleted) VALUES (?1, ?2, ?3, ?4, 0)",
                    (event.id, &update.id, seq, Bits(hash)),
                )?;
                (seq, 1)
            }
        };
        let revision = self.insert(
            "INSERT INTO update_revision (event_id, seq, recorded_at, at, phase, phase_raw, deleted, transitions, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8)",
            (
                event.id,
                seq,
                Ms(at),
                update.at.map(Ms),
                F::phase_word(update.phase),
                &update.phase_raw,
                transitions_json(&update.components)?,
                &update.body,
            ),
        )?;
        self.index_update(revision, &event.title, (wording.plain)(&update.body));
        self.run(
            "UPDATE event SET updates = updates + ?2, last_changed_at = ?3,
                last_word_at = max(coalesce(last_word_at, ?4), ?4)
             WHERE id = ?1",
            (event.id, more, Ms(at), Ms(update.at.unwrap_or(at))),
        )?;
        self.end_with_its_update(event)
    }

    /// An incident of which the vendor gives no time of its end was over when the vendor wrote so, whenever that was
    /// read.
    fn end_with_its_update(&self, event: &KnownEvent) -> Result<(), StoreError> {
        self.run(
            "UPDATE event SET over_at = coalesce(
                (SELECT max(at) FROM update_revision AS revision
                 WHERE event_id = ?1 AND phase = 'resolved' AND deleted = 0
                   AND NOT EXISTS (SELECT 1 FROM update_revision AS later WHERE later.event_id = revision.event_id
                       AND later.seq = revision.seq AND later.id > revision.id)),
                over_at)
             WHERE id = ?1 AND kind = 'incident' AND open = 0
               AND (SELECT facts ->> 'resolved_at' FROM event_revision WHERE event_id = ?1 ORDER BY id DESC LIMIT 1)
                   IS NULL",
            [event.id],
        )?;
        Ok(())
    }

    /// Records that the vendor took an update away. Its words stay in its earlier revisions.
    pub(super) fn delete_update(
        &self,
        event: &KnownEvent,
        at: Timestamp,
        vendor_id: &str,
    ) -> Result<(), StoreError> {
        let deleted = self.run(
            "UPDATE event_update SET deleted = 1 WHERE event_id = ?1 AND vendor_id = ?2 AND deleted = 0",
            (event.id, vendor_id),
        )?;
        if deleted == 0 {
            return Ok(());
        }
        self.run(
            "INSERT INTO update_revision (event_id, seq, recorded_at, phase, deleted, body)
             SELECT event_id, seq, ?3, 'unknown', 1, '' FROM event_update WHERE event_id = ?1 AND vendor_id = ?2",
            (event.id, vendor_id, Ms(at)),
        )?;
        self.run(
            "UPDATE event SET updates = updates - 1, last_changed_at = ?2 WHERE id = ?1",
            (event.id, Ms(at)),
        )?;
        Ok(())
    }
}
