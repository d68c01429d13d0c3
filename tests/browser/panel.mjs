// Does what the panel and an administrator do in the console. Every state that is reached is looked at by axe.
//
// Standard input: {"base": URL of Onus, "part": "return" | "approve" | "renew" | "admin", "screenshots": FOLDER}
// Standard output: one JSON object of what was seen; the test judges it.
import { createHash } from "node:crypto";
import { input, launch, output } from "./browser.mjs";
import { looker } from "./look.mjs";

const { base, part, screenshots } = await input();

const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
const seen = { violations: [] };
const main = () => page.locator("main").innerText();
const banner = () => page.locator(".nhsuk-notification-banner").innerText();
const problems = () => page.locator(".nhsuk-error-summary").innerText();

const lookAt = looker(seen.violations, screenshots);
const look = (name) => lookAt(page, name);

// Signs in as one of the demo's identities, as somebody else before or as nobody.
async function signIn(identity) {
  await context.clearCookies();
  await page.goto(`${base}/sign-in?go_on=/about`);
  await page.click(`button[value=${identity}]`);
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

const PAGE = "/panel/critical-care-capacity-survey/1";

// A member takes a request up and returns it, after a few slips.
async function sendBack() {
  await signIn("panel-member");
  await page.goto(`${base}/panel?order=hours`);
  seen.queue = await main();
  await look("queue");
  await page.locator("main table tbody a").first().click();
  seen.version = await main();
  await look("submitted");
  await page.click("text=Take up for review");
  seen.taken_up = await banner();
  seen.chair_only = (await page.locator("input[name=step][value=APPROVE_EMERGENCY]").count()) > 0;
  await look("in-review");
  await page.locator("input[name=step][value=RETURN]").check();
  await page.fill("textarea[name=conditions]", "It ends with the pilot.");
  await page.fill("input[name=expires_on-day]", "31");
  await page.fill("input[name=expires_on-month]", "2");
  await page.fill("input[name=expires_on-year]", "2027");
  await page.click("text=Save the decision");
  seen.refused = await problems();
  seen.kept = [
    await page.locator("input[name=step]:checked").inputValue(),
    await page.inputValue("input[name=expires_on-day]"),
    await page.inputValue("textarea[name=conditions]"),
  ];
  await look("decision-refused");
  await page.fill("input[name=position]", "one");
  await page.click("text=Add the comment");
  seen.comment_refused = await problems();
  await look("comment-refused");
  await page.fill("textarea[name=text]", "Which meeting decides?");
  await page.fill("input[name=position]", "1");
  await page.locator("input[name=audience][value=PANEL]").check();
  await page.click("text=Add the comment");
  seen.commented = await main();
  await look("commented");
  const old = await page.locator("form:has(input[name=step][value=RETURN]) input[name=form_token]").inputValue();
  const form = { form_token: old, step: "RETURN", reason: "x", etag: '"1"' };
  const stale = await context.request.post(base + PAGE, { form, maxRedirects: 0 });
  seen.stale = await stale.text();
  const forged = await context.request.post(base + PAGE, { form: { ...form, form_token: "forged" } });
  seen.forged = forged.status();
  await page.locator("input[name=step][value=RETURN]").check();
  await page.fill("textarea[name=reason]", "Say which meeting decides on it.");
  await page.click("text=Save the decision");
  seen.returned = await main();
  await look("returned");
}

// The chair approves what was submitted again.
async function approve() {
  await signIn("panel-chair");
  await page.goto(base + PAGE);
  await page.click("text=Take up for review");
  seen.version = await main();
  await page.click("text=Save the decision");
  seen.refused = await problems();
  await look("nothing-decided");
  await page.locator("input[name=step][value=APPROVE]").check();
  await page.fill("textarea[name=conditions]", "Ends when the minimum data set comes as soon.");
  await page.click("text=Save the decision");
  seen.approved = await main();
  await look("approved");
  await context.clearCookies();
  await page.goto(`${base}/panel`);
  seen.stranger = await main();
}

// Renewals are ticked: approved too early, taken up, approved. What is in force is suspended for a while.
async function renew() {
  await signIn("panel-member");
  await page.goto(`${base}/panel?kind=renewal`);
  seen.queue = await main();
  await page.locator("input[name=ticked]").first().check();
  await page.click("text=Approve renewals");
  seen.too_early = await main();
  await look("queue-too-early");
  await page.locator("input[name=ticked]").first().check();
  await page.click("main button[value=START_REVIEW]");
  seen.taken_up = await main();
  await page.locator("main table tbody a").last().click();
  seen.version = await main();
  await look("renewal");
  await page.goto(`${base}/panel`);
  await page.locator("input[name=ticked]").first().check();
  await page.click("text=Approve renewals");
  seen.approved = await main();
  await look("queue-approved");
  await page.goto(base + PAGE);
  await page.fill("textarea[name=reason]", "The specification is being put right.");
  await page.click("main button:has-text('Suspend it')");
  seen.suspended = await banner();
  await look("suspended");
  await page.click("main button:has-text('Put it in force again')");
  seen.resumed = await banner();
}

// A program gets an account and a token; both end; the log tells of it.
async function admin() {
  await signIn("admin");
  await page.goto(`${base}/admin`);
  seen.overview = await main();
  await look("admin");
  await page.click("text=Make an account for a program");
  await page.fill("input[name=account_id]", "Nightly Importer");
  await page.fill("input[name=organisation]", "?");
  await page.click("text=Make the account");
  seen.wrong = await problems();
  await look("new-account-refused");
  await page.fill("input[name=account_id]", "nightly-importer");
  await page.fill("input[name=display_name]", "Nightly importer");
  await page.fill("input[name=organisation]", "");
  await page.locator("input[name=roles][value=STEWARD]").check();
  await page.click("text=Make the account");
  seen.made = await main();
  await look("account");
  await page.fill("input[name=label]", "Night server");
  await page.click("main button:has-text('Make a token')");
  seen.secret = (await page.locator("#secret").innerText()).trim();
  seen.secret_in_address = page.url().includes(seen.secret);
  await look("account-token");
  // Loading the page again sends the form again: it makes no other token.
  await page.reload();
  seen.again = await problems();
  seen.secret_again = (await page.content()).includes(seen.secret);
  seen.tokens = await page.locator("main table tbody tr").count();
  await page.click("main button:has-text('Revoke')");
  seen.revoked = await main();
  await page.locator("input[name=disabled][value=true]").check();
  await page.click("main button:has-text('Save')");
  seen.disabled = await main();
  await look("account-disabled");
  await page.goto(`${base}/admin/accounts?q=nightly&kind=MACHINE&disabled=true`);
  seen.accounts = await main();
  await look("accounts");
  await page.goto(`${base}/admin/audit?resource=accounts/nightly-importer`);
  // An entry has its place a moment after its change.
  for (let tries = 0; tries < 50 && !(await main()).includes("account.disable"); tries++) {
    await page.waitForTimeout(200);
    await page.reload();
  }
  seen.log = await main();
  await look("audit");
  await page.locator("main table tbody a").last().click();
  for (let tries = 0; tries < 50 && !(await page.locator("#leaf-text").count()); tries++) {
    await page.waitForTimeout(200);
    await page.reload();
  }
  await page.locator("details:has(#leaf-text)").evaluate((details) => (details.open = true));
  seen.entry = await main();
  await look("audit-entry");
  const text = await page.locator("#leaf-text").textContent();
  seen.leaf_computed = createHash("sha256").update(Buffer.concat([Buffer.from([0]), Buffer.from(text)])).digest("hex");
  seen.leaf = (await page.locator("dt:has-text('Hash of the entry') + dd").innerText()).trim();
  await context.clearCookies();
  await page.goto(`${base}/admin/accounts`);
  seen.stranger = await main();
}

try {
  await { return: sendBack, approve, renew, admin }[part]();
} catch (error) {
  seen.broken = String(error);
}
await browser.close();
await output(seen);
