const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** An address as somebody types it: what has no scheme is meant to be a web page. */
export function withScheme(typed: string): string {
  const trimmed = typed.trim();
  return SCHEME.test(trimmed) ? trimmed : `https://${trimmed}`;
}

/** The host of what was typed, or what was typed. */
export function hostOf(typed: string): string {
  const address = withScheme(typed);
  return URL.canParse(address) ? new URL(address).host : typed.trim();
}
