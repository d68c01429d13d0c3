// Draws the pictures of `docs/`: the sample's home page, and on one sheet every page of the gallery in typical, empty and refused states,
// and every state that the stories of people came through.
//
// Usage: node pictures.mjs ONUS GALLERY STORIES DOCS
// ONUS is the program, GALLERY the folder that the gallery was written to, STORIES where the tests left theirs, DOCS where the pictures go.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

const WIDE = 1280;
// A page's beginning says how it looks; a list of fifty rows says no more than one of ten.
const HIGH = 1900;
const SHOWN = 230;
const COLUMNS = 10;

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
    await page.screenshot({ path: file, fullPage: true, clip: { x: 0, y: 0, width: WIDE, height: 1_650 } });
    await page.close();
  } finally {
    stop();
  }
}

// What the stories' tests left, by story.
function told(stories) {
  const left = [];
  const isStory = (name) => existsSync(join(import.meta.dirname, `${name}.mjs`));
  for (const story of existsSync(stories) ? readdirSync(stories).filter(isStory).sort() : []) {
    const pictures = readdirSync(join(stories, story)).filter((name) => name.endsWith(".png")).sort();
    left.push(...pictures.map((name) => ({ name: `${story}: ${name.slice(0, -4)}`, source: pathToFileURL(join(stories, story, name)).href })));
  }
  return left;
}

async function sheet(browser, gallery, stories, file) {
  const names = readdirSync(gallery).filter((name) => name.endsWith(".html") && !name.includes("extreme")).sort();
  const page = await browser.newPage({ viewport: { width: WIDE, height: 900 } });
  const figures = [];
  const add = (name, source) =>
    figures.push(`<figure><div><img src="${source}" width="${SHOWN}"></div><figcaption>${name}</figcaption></figure>`);
  for (const name of names) {
    await page.goto(pathToFileURL(join(gallery, name)).href);
    const high = Math.min(HIGH, await page.evaluate(() => document.documentElement.scrollHeight));
    const clip = { x: 0, y: 0, width: WIDE, height: high };
    const picture = await page.screenshot({ fullPage: true, clip, type: "jpeg", quality: 70 });
    add(name.slice(0, -5), `data:image/jpeg;base64,${picture.toString("base64")}`);
  }
  for (const { name, source } of told(stories)) add(name, source);
  const style = `body{margin:8px;font:12px sans-serif;columns:${COLUMNS};column-gap:8px;background:#fff}
    figure{margin:0 0 10px;width:${SHOWN}px;break-inside:avoid;overflow-wrap:anywhere}img{display:block}
    figure div{max-height:${Math.round((HIGH * SHOWN) / WIDE)}px;overflow:hidden;border:1px solid #aeb7bd}`;
  const html = join(gallery, "sheet.htm");
  writeFileSync(html, `<!doctype html><meta charset="utf-8"><title>Pages</title><style>${style}</style>${figures.join("")}`);
  await page.setViewportSize({ width: COLUMNS * (SHOWN + 10) + 16, height: 900 });
  await page.goto(pathToFileURL(html).href, { waitUntil: "load" });
  await page.screenshot({ path: file, fullPage: true, type: "jpeg", quality: 50 });
  return figures.length;
}

const [program, gallery, stories, docs] = process.argv.slice(2);
const browser = await launch();
try {
  await home(browser, program, join(docs, "home.png"));
  const pages = await sheet(browser, gallery, stories, join(docs, "pages.jpg"));
  console.log(`home.png, and ${pages} pages on pages.jpg`);
} finally {
  await browser.close();
}
