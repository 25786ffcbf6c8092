const LONGEST = 240;

/** The first sentence of what a vendor wrote, in one line. */
export function firstSentence(text: string, longest = LONGEST): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const end = line.search(/[.!?…](?=\s+\p{Lu}|\s*$)/u);
  const sentence = end === -1 ? line : line.slice(0, end + 1);
  if (sentence.length <= longest) return sentence;
  const cut = sentence.lastIndexOf(" ", longest - 1);
  return `${sentence.slice(0, cut > longest / 2 ? cut : longest - 1)}…`;
}

/** What a vendor wrote, as paragraphs; line breaks inside them stay. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\n[ \t]*\n+/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");
}

/** Words of a program as a sentence: a capital letter before, a full stop behind. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?…]$/.test(trimmed) ? "" : ".");
}

/** A summary in its two parts: how many, and who. The colon between them is left to whoever writes them in one line. */
export function headline(summary: string): { lead: string; names: string } {
  const colon = summary.indexOf(": ");
  return colon === -1
    ? { lead: summary, names: "" }
    : { lead: summary.slice(0, colon), names: summary.slice(colon + 2) };
}
