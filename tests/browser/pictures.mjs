// Draws the pictures of `docs/`: the sample's home page, and every page of the gallery in typical, empty and refused states on one sheet.
//
// Usage: node pictures.mjs ONUS GALLERY DOCS
// ONUS is the program, GALLERY the folder that the gallery was written to, DOCS where the pictures go.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

const WIDE = 1280;
// A page's beginning says how it looks; a list of fifty rows says no more than one of ten.
const HIGH = 1900;
const SHOWN = 230;
const COLUMNS = 8;

// A demo of one day, so that the picture changes with the program alone.
async function demo(program) {
  const folder = mkdtempSync(join(tmpdir(), "onus-pictures-"));
  const arguments_ = ["--data-dir", folder, "demo", "--today", "2026-11-23", "--listen", "127.0.0.1:0"];
  const child = spawn(program, arguments_, { stdio: ["ignore", "pipe", "inherit"] });
  const base = await new Promise((found, lost) => {
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
      const pages = /Pages:\s+(\S+?)\/?\s/.exec(text);
      if (pages) found(pages[1]);
    });
    child.on("exit", (code) => lost(new Error(`${program} ended (${code}): ${text}`)));
  });
  const stop = () => {
    child.removeAllListeners("exit");
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { base, stop };
}

async function home(browser, program, file) {
  const { base, stop } = await demo(program);
  try {
    const page = await browser.newPage({ viewport: { width: WIDE, height: 900 } });
    await page.goto(base, { waitUntil: "networkidle" });
    await page.screenshot({ path: file });
    await page.close();
  } finally {
    stop();
  }
}

async function sheet(browser, gallery, file) {
  const names = readdirSync(gallery).filter((name) => name.endsWith(".html") && !name.includes("extreme")).sort();
  const page = await browser.newPage({ viewport: { width: WIDE, height: 900 } });
  const figures = [];
  for (const name of names) {
    await page.goto(pathToFileURL(join(gallery, name)).href);
    const high = Math.min(HIGH, await page.evaluate(() => document.documentElement.scrollHeight));
    const clip = { x: 0, y: 0, width: WIDE, height: high };
    const picture = await page.screenshot({ fullPage: true, clip, type: "jpeg", quality: 70 });
    const source = `data:image/jpeg;base64,${picture.toString("base64")}`;
    figures.push(`<figure><img src="${source}" width="${SHOWN}"><figcaption>${name.slice(0, -5)}</figcaption></figure>`);
  }
  const style = `body{margin:8px;font:12px sans-serif;columns:${COLUMNS};column-gap:8px;background:#fff}
    figure{margin:0 0 10px;break-inside:avoid}img{border:1px solid #aeb7bd;display:block}`;
  const html = join(gallery, "sheet.htm");
  writeFileSync(html, `<!doctype html><meta charset="utf-8"><title>Pages</title><style>${style}</style>${figures.join("")}`);
  await page.setViewportSize({ width: COLUMNS * (SHOWN + 10) + 16, height: 900 });
  await page.goto(pathToFileURL(html).href);
  await page.screenshot({ path: file, fullPage: true, type: "jpeg", quality: 55 });
  return names.length;
}

const [program, gallery, docs] = process.argv.slice(2);
const browser = await launch();
try {
  await home(browser, program, join(docs, "home.png"));
  const pages = await sheet(browser, gallery, join(docs, "pages.jpg"));
  console.log(`home.png, and ${pages} pages on pages.jpg`);
} finally {
  await browser.close();
}
