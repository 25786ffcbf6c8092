import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";

interface Look {
  health: Record<string, { light: string; dark: string }>;
}

const id = "virtual:look.css";

/** The palette that tray and window share, as custom properties: `--operational`, `--partial-outage` and so on. */
export function lookRules(look: Look): string {
  const properties = (theme: "light" | "dark") =>
    Object.entries(look.health)
      .map(([health, colours]) => `--${health.replaceAll("_", "-")}: ${colours[theme]};`)
      .join(" ");
  return `:root { ${properties("light")} }\n@media (prefers-color-scheme: dark) { :root { ${properties("dark")} } }\n`;
}

/** Makes a style sheet of look.json, so that the policy needs to allow no inline style. */
export function lookStyles(): Plugin {
  const source = fileURLToPath(new URL("../src/look/look.json", import.meta.url));
  return {
    name: "signalbox-look",
    resolveId: (wanted) => (wanted === id ? `\0${id}` : undefined),
    load(wanted) {
      if (wanted !== `\0${id}`) return undefined;
      this.addWatchFile(source);
      return lookRules(JSON.parse(readFileSync(source, "utf8")) as Look);
    },
  };
}
