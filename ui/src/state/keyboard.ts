const FIELDS = "input, textarea, select, [contenteditable]";

/** Whether what was pressed is meant for a field or for the system, not for the window. */
export function isForSomebodyElse(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return true;
  const target = event.target as Element | null;
  const isField = target?.matches?.(FIELDS) ?? false;
  // A tick box takes the space bar and nothing else.
  return isField && !(target as HTMLInputElement).matches('[type="checkbox"]');
}

/** Moves the focus to the next or previous row in the window. */
export function moveInRows(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")].filter(
    (row) => row.getClientRects().length > 0,
  );
  if (rows.length === 0) return false;
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  const row = rows[next];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
  return true;
}

/** Whether the focus is on a row, where the arrow keys mean rows too. */
export const isOnRow = (): boolean => document.activeElement?.matches("main [data-row]") ?? false;

/** Moves the focus to where words are typed to find something. */
export function toSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>("main [data-search]");
  field?.focus();
  field?.select();
  return field !== null;
}
