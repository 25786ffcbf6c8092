// A browser over the built recorded window, under the program's own content security policy.
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const BUILT = fileURLToPath(new URL("../dist-recorded", import.meta.url));
const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** The window in one state of the recorded world. */
export interface Scene {
  state?: string;
  /** The part of the address behind `#`. */
  at?: string;
  options?: BrowserContextOptions;
}

/** A window that is open, and what its browser complained of. */
export interface Opened {
  page: Page;
  complaints: string[];
  close: () => Promise<void>;
}

/** Serves the built window on loopback and opens it. */
export class Stand {
  #server: Server | undefined;
  #browser: Browser | undefined;
  #origin = "";

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://window");
      if (pathname === "/favicon.ico") {
        response.writeHead(204).end();
        return;
      }
      const path = pathname === "/" ? "/index.html" : pathname;
      readFile(BUILT + path).then(
        (file) => response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "" }).end(file),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((listening) => {
      server.listen(0, "127.0.0.1", listening);
    });
    this.#server = server;
    this.#origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#browser = await chromium.launch({
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await new Promise((closed) => this.#server?.close(closed));
  }

  /** Opens the window and waits until it has something to say. */
  async open({ state = "storm", at = "/", options = {} }: Scene = {}): Promise<Opened> {
    if (!this.#browser) throw new Error("the stand was not started");
    const context = await this.#browser.newContext({
      viewport: { width: 960, height: 680 },
      timezoneId: "Europe/Berlin",
      locale: "en-GB",
      ...options,
    });
    // As the program does it for its own window.
    await context.addInitScript(() => Object.freeze(Object.prototype));
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    // Nothing but the window itself is ever asked for.
    page.on("request", (request) => {
      if (!request.url().startsWith(this.#origin)) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(`${this.#origin}/?state=${state}#${at}`);
    await page.locator("main h1").first().waitFor({ state: "attached" });
    return { page, complaints, close: () => context.close() };
  }
}
