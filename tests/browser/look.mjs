// Looks at a state of a page: a picture of it, axe at the width it has and at 320 px, and whether it scrolls sideways there.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NARROW = 320;

// What is wrong is added to `violations`; pictures go into a folder.
export function looker(violations, screenshots) {
  mkdirSync(screenshots, { recursive: true });

  async function axe(page, name) {
    await page.evaluate(AXE);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const one of found.violations) violations.push(`${name}: ${one.id}: ${one.nodes[0]?.html}`);
  }

  return async function look(page, name) {
    const wide = page.viewportSize();
    await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    await axe(page, name);
    await page.setViewportSize({ width: NARROW, height: wide.height });
    await axe(page, `${name} at ${NARROW} px`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > NARROW) violations.push(`${name}: ${width} px wide at ${NARROW}`);
    await page.setViewportSize(wide);
  };
}
