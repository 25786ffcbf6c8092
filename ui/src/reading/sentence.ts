/** What a vendor wrote, as paragraphs; line breaks inside them stay. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\n[ \t]*\n+/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");
}

/** With a capital letter before; an address stays as it is. */
export const asHeading = (text: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\//.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);

/** Words of a program as a sentence: a capital letter before, a full stop behind. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  return asHeading(trimmed) + (/[.!?…]$/.test(trimmed) ? "" : ".");
}

/** A summary in its two parts: how many, and who. The colon between them is left to whoever writes them in one line. */
export function headline(summary: string): { lead: string; names: string } {
  const colon = summary.indexOf(": ");
  return colon === -1
    ? { lead: summary, names: "" }
    : { lead: summary.slice(0, colon), names: summary.slice(colon + 2) };
}
