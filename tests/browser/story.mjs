// What every story of people at pages begins with: a browser, signing in, looking at a state with axe, and what was seen.
//
// Standard input: {"base": URL of Onus, "screenshots": FOLDER}
// Standard output: one JSON object of what was seen; the test judges it.
import { input, launch, output } from "./browser.mjs";
import { looker } from "./look.mjs";

export const main = (page) => page.locator("main").innerText();
export const errors = (page) => page.locator(".nhsuk-error-summary").innerText();
export const press = (page, name) => page.locator("main").getByRole("button", { name, exact: true }).click();

// Tells a story, and prints what was seen; where it breaks, too.
export async function story(tell) {
  const { base, screenshots } = await input();
  const browser = await launch();
  const seen = { violations: [] };
  const pages = [];

  // A page of somebody who is signed in as a demo identity; of a stranger without one.
  // A published file runs no script, not even that of axe, unless its policy is set aside.
  async function open(identity, { width = 1280, bypassCSP = false } = {}) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP });
    const page = await context.newPage();
    pages.push(page);
    // An edition takes its time on a busy machine.
    page.setDefaultTimeout(120_000);
    if (identity) {
      await page.goto(`${base}/sign-in?go_on=/work`);
      await page.click(`button[value=${identity}]`);
      await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    }
    return page;
  }

  const look = looker(seen.violations, screenshots);

  try {
    await tell({ base, seen, open, look });
  } catch (error) {
    const last = pages.at(-1);
    seen.broken = `${error.stack}\n${last?.url()}\n${await last?.locator("main").innerText().catch(() => "")}`;
  }
  await browser.close();
  await output(seen);
}
