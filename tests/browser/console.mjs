// Does what people do in the console: a steward decides and takes it back; a provider's data team asks whether it was asked already.
// Every state that is reached is looked at by axe.
//
// Standard input: {"base": URL of Onus, "screenshots": FOLDER}
// Standard output: one JSON object of what was seen; the test judges it.
import { readFileSync } from "node:fs";
import { input, launch, output } from "./browser.mjs";
import { looker } from "./look.mjs";

const { base, screenshots } = await input();

const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
const page = await context.newPage();
const seen = { violations: [] };
const main = () => page.locator("main").innerText();

const lookAt = looker(seen.violations, screenshots);
const look = (name) => lookAt(page, name);

// Signs in as one of the demo's identities.
async function signIn(identity) {
  await page.goto(`${base}/sign-in?go_on=/account`);
  await page.click(`button[value=${identity}]`);
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

async function steward() {
  await signIn("steward");
  await page.click("text=Decide which definitions ask the same");
  seen.queue = await main();
  await look("steward-queue");
  await page.locator("main table tbody a").first().click();
  seen.first = page.url().slice(base.length);
  await look("steward-match");
  await page.click("text=Save and go to the next");
  seen.refused = await page.locator(".nhsuk-error-summary").innerText();
  await look("steward-match-refused");
  await page.locator("input[name=relation][value=RELATED]").check();
  await page.fill("textarea[name=reason]", "One is of the ward, the other of the stay.");
  await page.click("text=Save and go to the next");
  seen.next = page.url().slice(base.length);
  seen.decided = await page.locator(".nhsuk-notification-banner").innerText();
  await look("steward-next");
  await page.click("text=Take it back");
  seen.back = page.url().slice(base.length);
  // A page of another browser's session does nothing here: its token is not ours.
  const forged = await context.request.post(page.url(), { form: { relation: "SAME", reason: "x", form_token: "forged" } });
  seen.forged = forged.status();
}

// By keys alone, once they are turned on: one decides, another takes it back.
async function keys() {
  await page.goto(`${base}/steward/matches`);
  await page.locator("main table tbody a").first().click();
  const here = page.url();
  await page.keyboard.press("d");
  seen.key_before = page.url() === here;
  await page.getByRole("button", { name: "Decide by keys" }).click();
  seen.hints = await page.locator("[data-key=d] kbd").isVisible();
  await look("steward-keys");
  await Promise.all([page.waitForURL((url) => url.href !== here), page.keyboard.press("d")]);
  seen.by_key = await page.locator(".nhsuk-notification-banner").innerText();
  const next = page.url();
  await page.locator("textarea[name=reason]").press("s");
  seen.typed = (await page.inputValue("textarea[name=reason]")) === "s" && page.url() === next;
  await page.locator("h1").click();
  await Promise.all([page.waitForURL((url) => url.href !== next), page.keyboard.press("u")]);
  seen.taken_back = page.url() === here;
  seen.pressed = await page.getByRole("button", { name: "Decide by keys" }).getAttribute("aria-pressed");
}

async function dataTeam() {
  await page.goto(`${base}/asked`);
  await look("asked");
  await page.click("main button[type=submit]");
  seen.nothing_sent = await page.locator(".nhsuk-error-summary").innerText();
  await look("asked-refused");
  await page.fill("textarea[name=text]", "Data item\tDefinition\nUnit\tcritical-care-unit-function\nBicycle sheds\t\n");
  await page.fill("input[name=provider]", "rj1");
  await page.click("main form[action='/asked'] button[type=submit]");
  seen.answer = await main();
  await look("asked-answer");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Download the crosswalk")]);
  seen.crosswalk = readFileSync(await download.path(), "utf8");
  await page.setInputFiles("input[name=file]", { name: "letter.xlsm", mimeType: "application/zip", buffer: Buffer.from("PK") });
  await page.click("main form[action='/asked'] button[type=submit]");
  seen.macros = await page.locator(".nhsuk-error-summary").innerText();
  seen.kept = await page.inputValue("input[name=provider]");
}

async function change() {
  await page.goto(`${base}/providers/RJ1/change`);
  seen.change = await main();
  await look("change");
  const calendar = await context.request.get(`${base}/providers/RJ1/due.ics`);
  seen.calendar = await calendar.text();
}

try {
  await steward();
  await keys();
  await dataTeam();
  await change();
} catch (error) {
  seen.broken = String(error);
}
await browser.close();
await output(seen);
