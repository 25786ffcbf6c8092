import type { Plugin } from "vite";

/** What the program itself lets its window do. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src ipc: http://ipc.localhost; base-uri 'none'; form-action 'none'";

/** Holds the recorded window to the program's own policy, so that a browser shows what the program would refuse. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: "signalbox-content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}
