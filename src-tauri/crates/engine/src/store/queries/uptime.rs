//! Observed uptime: no data is never 100 %.

use jiff::Timestamp;
use signalbox_pages::Health;

use super::super::{
    PageId, Part, StoreError, View,
    value::{Ms, Word},
};
use crate::api::{ComponentUptimeView, HealthSeconds};

/// How long a component was seen in each health.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentUptime {
    /// The component's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The begin of the span that was asked for.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// Milliseconds observed per health, in the order of [`Health::ALL`], without those never seen.
    pub observed_ms: Vec<(Health, i64)>,
}

impl ComponentUptime {
    /// As it is shown.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "shares of at most some centuries of milliseconds"
    )]
    pub fn view(&self) -> ComponentUptimeView {
        let sum = |counted: fn(Health) -> bool| -> i64 {
            let counted = self.observed_ms.iter().filter(|(health, _)| counted(*health));
            counted.map(|(_, ms)| ms).sum()
        };
        let known = sum(Health::is_known);
        let worked = sum(|health| {
            matches!(
                health,
                Health::Operational | Health::Maintenance | Health::Degraded
            )
        });
        let asked = self.until.as_millisecond() - self.from.as_millisecond();
        ComponentUptimeView {
            id: signalbox_pages::text::inert(&self.id),
            name: signalbox_pages::text::inert(&self.name),
            observed: if asked > 0 {
                known as f64 / asked as f64
            } else {
                0.0
            },
            up: (known > 0).then(|| worked as f64 / known as f64),
            seconds: self
                .observed_ms
                .iter()
                .map(|(health, ms)| HealthSeconds {
                    health: *health,
                    seconds: u64::try_from(ms / 1000).unwrap_or(0),
                })
                .collect(),
        }
    }
}

impl View<'_> {
    /// How long each component of a page was seen in each health between two moments: the spans of its health, cut to when
    /// it was really being observed. Components that are gone are in it if they were there then. In the page's
    /// order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn uptime(
        &self,
        page: PageId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<ComponentUptime>, StoreError> {
        let observed = |part| self.observed(page, part, from.as_millisecond(), until.as_millisecond());
        let (of_page, of_rest) = (observed(Part::Page)?, observed(Part::Rest)?);
        let components = self.rows(
            "SELECT id, vendor_id, name, in_rest, health, span_from_at, gone_at IS NOT NULL FROM component
             WHERE page_id = ?1 AND (gone_at IS NULL OR gone_at > ?2) ORDER BY position, id",
            (page, Ms(from)),
            |row| {
                let is_gone: bool = row.get(6)?;
                let since: i64 = row.get(5)?;
                let health = row.get::<_, Word<Health>>(4)?.0;
                let present = (!is_gone).then_some((since, until.as_millisecond(), health));
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get::<_, bool>(3)?,
                    present,
                ))
            },
        )?;
        components
            .into_iter()
            .map(|(key, id, name, in_rest, present)| {
                let mut spans = self.rows(
                    "SELECT from_at, to_at, health FROM component_span
                     WHERE component_id = ?1 AND from_at < ?3 AND to_at > ?2 ORDER BY from_at",
                    (key, Ms(from), Ms(until)),
                    |row| {
                        Ok((
                            row.get::<_, i64>(0)?,
                            row.get::<_, i64>(1)?,
                            row.get::<_, Word<Health>>(2)?.0,
                        ))
                    },
                )?;
                spans.extend(present);
                Ok(ComponentUptime {
                    id,
                    name,
                    from,
                    until,
                    observed_ms: overlaps(&spans, if in_rest { &of_rest } else { &of_page }),
                })
            })
            .collect()
    }
}

/// How much of the spans lies within what was observed, per health. Both are in order and apart.
fn overlaps(spans: &[(i64, i64, Health)], observed: &[(i64, i64)]) -> Vec<(Health, i64)> {
    let mut sums: Vec<(Health, i64)> = Health::ALL.into_iter().map(|health| (health, 0)).collect();
    let mut rest = observed;
    for (from, to, health) in spans {
        while let Some(((_, end), behind)) = rest.split_first()
            && end <= from
        {
            rest = behind;
        }
        let overlap: i64 = rest
            .iter()
            .take_while(|(begin, _)| begin < to)
            .map(|(begin, end)| (end.min(to) - begin.max(from)).max(0))
            .sum();
        if let Some(sum) = sums.iter_mut().find(|(known, _)| known == health) {
            sum.1 += overlap;
        }
    }
    sums.retain(|(_, ms)| *ms > 0);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use Health::{MajorOutage, Operational};

    #[test]
    fn spans_count_only_where_the_page_was_observed() {
        let spans = [
            (0, 100, Operational),
            (100, 150, MajorOutage),
            (150, 400, Operational),
        ];
        type Row<'a> = (&'a [(i64, i64)], &'a [(Health, i64)]);
        let table: [Row<'_>; 5] = [
            (&[], &[]),
            (&[(0, 400)], &[(Operational, 350), (MajorOutage, 50)]),
            (&[(90, 110), (140, 160)], &[(Operational, 20), (MajorOutage, 20)]),
            (&[(110, 120), (130, 140)], &[(MajorOutage, 20)]),
            (&[(500, 600)], &[]),
        ];
        for (observed, expected) in table {
            assert_eq!(overlaps(&spans, observed), expected, "{observed:?}");
        }
    }
}
