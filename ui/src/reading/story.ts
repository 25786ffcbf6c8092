import type { Impact, RevisionView, UpdateView } from "../backend/types.ts";
import { fold, type Folded } from "./fold.ts";

/** What Signalbox saw change in an incident beside its updates. */
export type Turn =
  | { kind: "title"; was: string }
  | { kind: "impact"; was: Impact; is: Impact }
  | { kind: "components"; are: string[] }
  | { kind: "listed"; is: boolean };

/** One entry of a time line. */
export type Entry =
  | { kind: "said"; key: string; at: string; folded: Folded }
  | { kind: "turned"; key: string; at: string; turns: Turn[] };

const sameNames = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((name) => other.includes(name));

/** What changed from one revision to the next. The phase is told by the updates. */
export function turnsBetween(was: RevisionView, is: RevisionView): Turn[] {
  const turns: Turn[] = [];
  if (was.title !== is.title) turns.push({ kind: "title", was: was.title });
  if (was.impact != null && is.impact != null && was.impact !== is.impact) {
    turns.push({ kind: "impact", was: was.impact, is: is.impact });
  }
  if (!sameNames(was.components, is.components)) turns.push({ kind: "components", are: is.components });
  if (was.listed !== is.listed) turns.push({ kind: "listed", is: is.listed });
  return turns;
}

/** When an update was published, or else recorded. */
export const toldAt = (update: UpdateView): string => update.at ?? update.recorded_at;

/** Updates and what changed beside them as one line through time, oldest first. */
export function story(updates: readonly UpdateView[], revisions: readonly RevisionView[]): Entry[] {
  const inTime = updates.toSorted((one, other) => Date.parse(toldAt(one)) - Date.parse(toldAt(other)));
  const said = fold(inTime).map((folded): Entry => ({
    kind: "said",
    key: `said ${folded.update.id}`,
    at: toldAt(folded.update),
    folded,
  }));
  const turned = revisions.flatMap((revision, index): Entry[] => {
    const before = revisions[index - 1];
    const turns = before ? turnsBetween(before, revision) : [];
    if (turns.length === 0) return [];
    return [{ kind: "turned", key: `turned ${index}`, at: revision.recorded_at, turns }];
  });
  return [...said, ...turned].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
