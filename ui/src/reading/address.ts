const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** An address as somebody types it: what has no scheme is meant to be a web page. */
export function withScheme(typed: string): string {
  const trimmed = typed.trim();
  return SCHEME.test(trimmed) ? trimmed : `https://${trimmed.replace(/^\/+/, "")}`;
}

/** The host of what was typed, or what was typed. */
export function hostOf(typed: string): string {
  const address = withScheme(typed);
  return URL.canParse(address) ? new URL(address).host : typed.trim();
}

/** Whether what was typed is meant as an address or a domain; otherwise it is somebody's name. */
export function isAddress(typed: string): boolean {
  const trimmed = typed.trim();
  if (trimmed.includes("://") || trimmed.startsWith("//")) return true;
  const [host = ""] = trimmed.split("/");
  return !/\s/.test(trimmed) && (trimmed.includes("/") || host.includes(":") || /\.[^.]/.test(host));
}

/** Whether two addresses lead to the same page, however each is written. */
export function isSamePage(one: string, other: string): boolean {
  const plain = (address: string) => address.toLowerCase().replace(/\/+$/, "");
  return plain(one) === plain(other);
}
