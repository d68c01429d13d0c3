// Registers a collection from its title to the panel, as a registrar does it by the pages alone: part by part, with mistakes on the way, items
// picked, uploaded and pasted, two people in one draft, a session that ends in the middle of a form. Every state that is reached is looked at
// by axe.
//
// Standard input: {"base": URL of Onus, "screenshots": FOLDER}
// Standard output: one JSON object of what was seen; the test judges it.
import { join } from "node:path";
import { input, launch, output } from "./browser.mjs";
import { looker } from "./look.mjs";

const { base, screenshots } = await input();

const browser = await launch();
const seen = { violations: [], seconds: {} };

async function open(identity) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
  const page = await context.newPage();
  await signIn(page, identity);
  return page;
}

async function signIn(page, identity) {
  await page.goto(`${base}/sign-in?go_on=/work`);
  await page.click(`button[value=${identity}]`);
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

const main = (page) => page.locator("main").innerText();
const errors = (page) => page.locator(".nhsuk-error-summary").innerText();

const look = looker(seen.violations, screenshots);

const save = (page, name = "Save") => page.locator("main").getByRole("button", { name, exact: true }).click();

async function register(page) {
  seen.work = await main(page);
  await look(page, "work");
  await page.click("text=Register a collection");
  await save(page, "Continue");
  seen.untitled = await errors(page);
  await look(page, "register-refused");
  await page.fill("#title", "Winter pressures return");
  await save(page, "Continue");
  seen.draft = page.url().slice(base.length);
  seen.tasks = await main(page);
  await look(page, "draft");
}

async function texts(page) {
  await page.click("text=What it is");
  await look(page, "draft-what");
  await page.fill("#title", "");
  await page.fill("#purpose", "To see where beds are short before patients wait.");
  await save(page);
  seen.no_title = await errors(page);
  seen.purpose_kept = await page.inputValue("#purpose");
  await page.fill("#title", "Winter pressures return");
  await save(page);
  await page.click("text=What it rests on and what it is for");
  await page.fill("#legal_basis", "Health and Social Care Act 2012, section 259");
  await page.fill("#uses", "Weekly operational meetings; published each Thursday.");
  await page.fill("#feedback", "A benchmark against similar trusts within two days.");
  await save(page);
  await page.click("text=How it is collected, and whom to ask");
  await page.fill("#contact", "winter@example.org");
  await save(page);
}

async function who_and_when(page) {
  await page.click("text=Who must answer");
  await page.fill("#include", "RJ1 <b>");
  await page.fill("#at_least", "many");
  await save(page);
  seen.nobody = await errors(page);
  await look(page, "draft-respondents-refused");
  await page.fill("#include", "");
  await page.fill("#at_least", "");
  await page.locator("input[name=types][value=ACUTE]").check();
  await save(page);
  await page.click("main >> text=When");
  await save(page);
  seen.never = await errors(page);
  await look(page, "draft-schedule-refused");
  await page.locator("input[name=frequency][value=MONTHLY]").check();
  await page.fill("#first", "1");
  await page.fill("#first-month", "4");
  await page.fill("#first-year", "2027");
  await page.fill("#lag", "20");
  await save(page);
}

async function items(page) {
  await page.click("main >> text=What you ask");
  await page.click("text=Find registered definitions");
  await page.fill("main input[type=search]", "critical care unit function");
  await page.locator("main").getByRole("button", { name: "Search" }).click();
  await look(page, "draft-pick");
  await page.locator("main").getByRole("button", { name: "Add to the draft" }).click();
  seen.none_picked = await errors(page);
  await page.locator("input[name=definition]").first().check();
  await page.locator("main").getByRole("button", { name: "Add to the draft" }).click();
  seen.picked = await main(page);
  await look(page, "draft-items");

  // A list of names: one is registered, the other has to be said first.
  await page.click("text=Upload a file, or paste a table");
  await page.fill("#text", "Critical care unit function\nBeds lent to neighbours");
  await page.locator("main").getByRole("button", { name: "Continue" }).click();
  seen.names = await main(page);
  seen.reused = await page.locator("#row-0").inputValue();
  await page.selectOption("#subject", { index: 1 });
  await page.locator("main").getByRole("button", { name: "Add to the draft" }).click();
  seen.unsaid = await errors(page);
  await look(page, "draft-names-refused");
  await page.fill("#meaning-1", "Beds that another provider used on the night");
  await page.selectOption("#row-0", "+out");
  await page.locator("main").getByRole("button", { name: "Add to the draft" }).click();
  seen.named = await main(page);

  // A file with headings that nobody knows, one item that is registered and one that is new.
  await page.click("text=Upload a file, or paste a table");
  await page.locator("main").getByRole("button", { name: "Continue" }).click();
  seen.no_file = await errors(page);
  await look(page, "draft-file-refused");
  const csv = "Kopf,Was es heisst\nCritical care unit function,The function of the unit\nOperations called off for want of a bed,Planned operations that did not take place because no bed was free\n";
  await page.setInputFiles("#file", { name: "items.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.locator("main").getByRole("button", { name: "Continue" }).click();
  seen.columns = await main(page);
  await look(page, "draft-columns");
  await page.locator("main").getByRole("button", { name: "Continue" }).click();
  seen.no_names = await errors(page);
  await page.selectOption("#column-0", "name");
  await page.selectOption("#column-1", "description");
  await page.locator("main").getByRole("button", { name: "Continue" }).click();
  seen.preview = await main(page);
  await look(page, "draft-preview");
  await page.locator("main").getByRole("button", { name: "Add to the draft" }).click();
  seen.no_subject = await errors(page);
  await look(page, "draft-preview-refused");
  await page.selectOption("#subject", { index: 1 });
  await page.selectOption("#row-0", "+out");
  await page.locator("main").getByRole("button", { name: "Add to the draft" }).click();
  seen.uploaded = await main(page);
  await page.locator("main table tbody a", { hasText: "Change" }).nth(2).click();
  await page.fill("#use", "The weekly operational meeting");
  await page.locator("input[name=purpose][value=IMPROVEMENT]").check();
  await look(page, "draft-item");
  await save(page);
  seen.changed = await main(page);
  await page.click("text=Back to the list of parts");
}

async function burden(page) {
  await page.click("text=What answering takes");
  seen.default = await main(page);
  await look(page, "draft-burden");
  await page.fill("#minutes-0", "many");
  await save(page);
  seen.minutes = await errors(page);
  await look(page, "draft-burden-refused");
  // As it is typed, before any button is pressed.
  const before = await page.locator("#worked-out").innerText();
  await page.fill("#minutes-0", "90");
  await page.waitForFunction((text) => document.querySelector("#worked-out").innerText !== text, before);
  seen.as_typed = await page.locator("#worked-out").innerText();
  await page.locator("main").getByRole("button", { name: "Work it out" }).click();
  seen.worked_out_figures = await page.locator("#worked-out").innerText();
  seen.worked_out = await page.inputValue("#minutes-0");
  await save(page);
  // Said again on the same day: the last word holds.
  await page.click("text=What answering takes");
  await page.fill("#minutes-0", "95");
  await save(page);
  await page.click("text=What answering takes");
  seen.restated = await page.inputValue("#minutes-0");
  await page.goto(base + seen.draft);
}

async function duplicates(page) {
  await page.click("text=Check your answers and submit");
  await look(page, "draft-check");
  await save(page, "Submit");
  seen.unanswered = await errors(page);
  await look(page, "draft-check-refused");
  await page.goto(base + seen.draft);
  await page.click("text=What is asked already");
  seen.duplicates = await main(page);
  await look(page, "draft-duplicates");
  await page.locator("main textarea").first().fill("The weekly figure is needed within a day; the yearly return comes too late.");
  await save(page);
  seen.answered = await main(page);
}

async function together(page) {
  const other = await open("registrar");
  await other.goto(`${base}${seen.draft}/texts/contact`);
  await page.goto(`${base}${seen.draft}/texts/contact`);
  await other.fill("#contact", "beds@example.org");
  await save(other);
  await page.fill("#contact", "cold@example.org");
  await save(page);
  seen.overtaken = await main(page);
  seen.mine_kept = await page.inputValue("#contact");
  await look(page, "draft-overtaken");
  await save(page);
  await page.goto(`${base}${seen.draft}/texts/contact`);
  seen.mine_stays = await page.inputValue("#contact");
  await other.context().close();
}

// Signed out in another tab while a form is filled in: what was typed is sent after signing in again.
async function signed_out(page) {
  await page.goto(`${base}${seen.draft}/texts/contact`);
  const tab = await page.context().newPage();
  await tab.goto(base);
  await tab.click("text=Sign out");
  await page.fill("#contact", "kept@example.org");
  await save(page);
  seen.lost = await main(page);
  await look(page, "signed-out-meanwhile");
  await signIn(tab, "registrar");
  await page.click("text=Send what I typed");
  await page.goto(`${base}${seen.draft}/texts/contact`);
  seen.found = await page.inputValue("#contact");
  await tab.close();
}

async function submit(page) {
  await page.goto(`${base}${seen.draft}/check`);
  seen.check = await main(page);
  await save(page, "Submit");
  seen.submitted = await main(page);
  await look(page, "draft-submitted");
  await page.goto(`${base}/work`);
  seen.waiting = await main(page);
  await look(page, "work-waiting");
}

// The steps of a version in force: the next version, what differs from it, and the draft deleted again.
async function next_version(page) {
  await page.locator("main table").nth(1).locator("tbody a").first().click();
  seen.in_force = await main(page);
  await look(page, "in-force");
  await page.click("summary >> text=Begin the next version");
  await page.locator("main").getByRole("button", { name: "Begin the next version" }).click();
  const draft = page.url();
  await page.click("text=What it is");
  await page.fill("#purpose", "To see the same, in fewer words.");
  await save(page);
  await page.click("text=What differs from the version before");
  seen.differs = await main(page);
  await look(page, "draft-changes");
  await page.goto(draft);
  await page.click("summary >> text=Delete this draft");
  await page.locator("main").getByRole("button", { name: "Delete this draft" }).click();
  seen.deleted = page.url().slice(base.length);
}

let page;
try {
  page = await open("registrar");
  for (const step of [register, texts, who_and_when, items, burden, duplicates, together, signed_out, submit, next_version]) {
    const start = Date.now();
    seen.at = step.name;
    await step(page);
    seen.seconds[step.name] = (Date.now() - start) / 1000;
  }
} catch (error) {
  seen.broken = String(error);
  seen.page = await main(page).catch(() => "");
  await page.screenshot({ path: join(screenshots, "broken.png"), fullPage: true }).catch(() => {});
}
await browser.close();
await output(seen);
