// Tasks by the keyboard alone, and where the focus goes: every link, button and field is reached by Tab, and is seen to be where the focus is.
// See story.mjs for what goes in and out.
import { main, story } from "./story.mjs";

// Width of a sheet of A4, in CSS pixels.
const A4 = 794;
// More stops than any page has.
const MOST_STOPS = 600;

// Goes on to the first stop that says a text or has an id, by Tab alone.
async function reach(page, wanted) {
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate((wanted) => {
      const at = document.activeElement;
      return `#${at.id}` === wanted || (at.innerText ?? "").trim().startsWith(wanted) || at.value === wanted;
    }, wanted);
    if (found) return;
  }
  throw new Error(`${wanted} is not reached by Tab at ${page.url()}`);
}

async function follow(page, text) {
  await reach(page, text);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function type(page, id, text) {
  await reach(page, id);
  await page.keyboard.type(text);
}

// Walks a page by Tab: what is not reached, and where the focus is not seen.
async function walk(page) {
  await page.evaluate(() => {
    const shown = (of) => of.checkVisibility({ checkVisibilityCSS: true }) && of.getClientRects().length > 0;
    const looks = (of) => {
      // The design system draws radio buttons and tick boxes on their labels.
      const drawn = [of, ...(of.labels ?? [])].flatMap((one) => [getComputedStyle(one), getComputedStyle(one, "::before"), getComputedStyle(one, "::after")]);
      return drawn.map((s) => [s.outline, s.boxShadow, s.backgroundColor, s.borderColor, s.borderWidth, s.color, s.textDecoration].join()).join(";");
    };
    const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter(shown);
    window.walked = { looks, rest: new Map(all.map((of) => [of, looks(of)])), unseen: [] };
  });
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press("Tab");
    const over = await page.evaluate(() => {
      const at = document.activeElement;
      const { rest, looks, unseen } = window.walked;
      // A field for a date has a stop for each of its parts.
      if (at === document.body || (at.walked && at.type !== "date")) return true;
      at.walked = true;
      const before = rest.get(at);
      rest.delete(at);
      // Of a group of radio buttons Tab reaches one, and the arrows the others.
      if (at.type === "radio") for (const other of document.getElementsByName(at.name)) rest.delete(other);
      if (before !== undefined && looks(at) === before) unseen.push(at.outerHTML.slice(0, 120));
      return false;
    });
    if (over) break;
  }
  return page.evaluate(() => ({ unreached: [...window.walked.rest.keys()].map((of) => of.outerHTML.slice(0, 120)), unseen: window.walked.unseen }));
}

await story(async ({ base, seen, open, look }) => {
  const provider = await open("provider");
  await provider.goto(`${base}/work`);
  await follow(provider, "Challenge a request");
  await type(provider, "#reference", "DR-633667G");
  await reach(provider, "#reason");
  await provider.keyboard.press("Space");
  await type(provider, "#text", "We send the same each month by CDS.");
  await follow(provider, "Send the challenge");
  seen.challenged = await main(provider);
  await provider.goto(`${base}/asked`);
  await type(provider, "#text", "NHS number");
  await follow(provider, "Check");
  seen.asked = await main(provider);

  const registrar = await open("registrar");
  await registrar.goto(`${base}/work`);
  await follow(registrar, "Register a collection");
  await type(registrar, "#title", "Beds by the keyboard");
  await registrar.keyboard.press("Enter");
  await registrar.waitForURL(/drafts/);
  seen.registered = await main(registrar);

  const chair = await open("panel-chair");
  await chair.goto(`${base}/challenges`);
  await follow(chair, "Critical Care Minimum Data Set");
  seen.read = await main(chair);

  const stranger = await open();
  await stranger.goto(base);
  await stranger.keyboard.press("Tab");
  seen.skip = await stranger.evaluate(() => document.activeElement.innerText);

  seen.lost = [];
  const admin = await open("admin");
  const publisher = await open("publisher");
  const steward = await open("steward");
  for (const [page, paths] of [
    [stranger, ["/", "/collections", "/collections/critical-care-minimum-data-set", "/definitions", "/overlaps", "/bodies", "/providers/R0A", "/change", "/editions", "/look-up"]],
    [provider, ["/challenges/new", "/asked", "/feedback", "/work"]],
    [registrar, ["/work", new URL(registrar.url()).pathname, `${new URL(registrar.url()).pathname}/schedule`, `${new URL(registrar.url()).pathname}/respondents`, `${new URL(registrar.url()).pathname}/items/file`]],
    [steward, ["/steward/matches"]],
    [publisher, ["/plans/new", "/tariffs", "/editions/2026-10"]],
    [admin, ["/admin", "/admin/accounts", "/admin/audit", "/admin/organisations/R0A"]],
  ]) {
    for (const path of paths) {
      await page.goto(base + path);
      const { unreached, unseen } = await walk(page);
      if (unreached.length + unseen.length > 0) seen.lost.push({ path, unreached, unseen });
    }
  }
  // Colours of one's own; and paper, on which nothing may be cut off sideways, nor stand that only a screen has a use for.
  await stranger.emulateMedia({ forcedColors: "active" });
  await stranger.goto(`${base}/providers/R0A`);
  await look(stranger, "forced-colours");
  const reader = await open(undefined, { width: A4 });
  await reader.emulateMedia({ media: "print" });
  await reader.goto(`${base}/providers/R0A`);
  seen.paper = await reader.evaluate(() => document.documentElement.scrollWidth);
  seen.printed = await reader.evaluate(() => document.body.innerText);
});
