// A headless Chromium that talks to nobody but the server under test.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function find() {
  const named = process.env.ONUS_TEST_CHROMIUM;
  if (named) return named;
  for (const name of NAMES) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here
      }
    }
  }
  throw new Error("no Chromium found: run `cargo xtask needs`, or name one in ONUS_TEST_CHROMIUM");
}

export async function launch() {
  return chromium.launch({
    executablePath: find(),
    // Chromium refuses its sandbox to root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

// A program's arguments: one JSON object on standard input.
export async function input() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

// Prints the answer as one JSON object; waits until it is written, which `process.exit` would not.
export async function output(value) {
  await new Promise((done) => process.stdout.write(`${JSON.stringify(value)}\n`, done));
}
