import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

import { contentSecurityPolicy } from "./build/content-security-policy.ts";
import { lookStyles } from "./build/look-styles.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The program's own build talks to the program. The mode `recorded` is the same window over recorded replies, for a plain
// browser; neither build contains the other's backend.
export default defineConfig(({ mode }) => {
  const recorded = mode === "recorded" || mode === "test";
  return {
    base: "./",
    plugins: [svelte(), lookStyles(), ...(mode === "recorded" ? [contentSecurityPolicy()] : [])],
    resolve: {
      alias: {
        "#backend": here(recorded ? "./src/backend/recorded.ts" : "./src/backend/tauri.ts"),
      },
    },
    build: {
      outDir: mode === "recorded" ? "dist-recorded" : "dist",
      emptyOutDir: true,
      target: ["es2022", "safari16.4"],
      // Everything is a file of its own: the window's policy allows nothing inline.
      assetsInlineLimit: 0,
      modulePreload: false,
      cssCodeSplit: false,
    },
    server: { host: "127.0.0.1", port: 5177, strictPort: true },
    test: {
      reporters: ["default", "./checks/counts.ts"],
      projects: [
        {
          extends: true,
          plugins: [svelteTesting()],
          test: {
            name: "unit",
            environment: "happy-dom",
            include: ["src/**/*.test.ts"],
            env: { TZ: "Europe/Berlin" },
          },
        },
        {
          extends: true,
          test: {
            name: "browser",
            environment: "node",
            include: ["browser/**/*.test.ts"],
            fileParallelism: false,
            testTimeout: 60_000,
            hookTimeout: 60_000,
          },
        },
      ],
    },
  };
});
