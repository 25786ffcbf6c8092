import type { UpdateView } from "../backend/types.ts";

/** Updates that say the same one after another, as one. */
export interface Folded {
  /** The first of them. */
  update: UpdateView;
  /** All of them, oldest first. */
  all: UpdateView[];
}

// What was edited, was taken away or changed a component has something of its own to tell.
const tellsMore = ({ deleted, earlier }: UpdateView) => deleted || earlier.length > 0;

const repeats = (update: UpdateView, before: UpdateView) =>
  update.text.trim() !== "" &&
  update.text.trim() === before.text.trim() &&
  update.phase === before.phase &&
  update.components.length === 0 &&
  !tellsMore(update) &&
  !tellsMore(before);

/** Folds textually identical updates in a row; `updates` are oldest first. */
export function fold(updates: readonly UpdateView[]): Folded[] {
  const folded: Folded[] = [];
  for (const update of updates) {
    const last = folded.at(-1);
    if (last && repeats(update, last.update)) last.all.push(update);
    else folded.push({ update, all: [update] });
  }
  return folded;
}
