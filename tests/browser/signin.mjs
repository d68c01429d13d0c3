// Signs in, looks around and signs out as a person does, and tries what an attacker would.
//
// Standard input: {"base": URL of Onus, "as": key at the issuer, "stranger": URL of another site}
// Standard output: one JSON object of what was seen; the test judges it.
import { input, launch, output } from "./browser.mjs";

const given = await input();
const { base } = given;

async function context(browser) {
  const made = await browser.newContext();
  // Nobody but the servers of the test.
  await made.route((url) => !["127.0.0.1", "localhost"].includes(url.hostname), (route) => route.abort());
  return made;
}

const main = (page) => page.locator("main").innerText();
const cookie = async (made, name) => (await made.cookies(base)).find((one) => one.name === name);

// Goes to the issuer and back as `key`; gives the address that the issuer sent the browser back to.
async function signIn(page, key, from = "/sign-in") {
  let back = "";
  const watch = (request) => {
    if (request.url().startsWith(`${base}/sign-in/callback`)) back = request.url();
  };
  page.on("request", watch);
  await page.goto(base + from);
  if (await page.locator("input[name=login]").count()) {
    await page.fill("input[name=login]", key);
    await page.click("button:not([name])");
  }
  await page.waitForURL((url) => url.origin === new URL(base).origin && !url.pathname.startsWith("/sign-in"));
  page.off("request", watch);
  return back;
}

async function story(browser, seen) {
  const made = await context(browser);
  const page = await made.newPage();
  await page.goto(`${base}/collections?q=care`);
  seen.invitation = await page.locator("header").innerText();
  await page.click("header >> text=Sign in");
  seen.at_issuer = page.url().split("?")[0];
  const kept = await cookie(made, "onus-sign-in");
  await page.fill("input[name=login]", given.as);
  let back = "";
  page.on("request", (request) => {
    if (request.url().startsWith(`${base}/sign-in/callback`)) back = request.url();
  });
  await page.click("button:not([name])");
  await page.waitForURL((url) => url.origin === new URL(base).origin);
  seen.goes_on_at = page.url().slice(base.length);
  seen.greeting = await page.locator("header").innerText();
  await page.goto(`${base}/account`);
  seen.account = await main(page);
  const session = await cookie(made, "onus-session");
  seen.cookie = { httpOnly: session.httpOnly, sameSite: session.sameSite, length: session.value.length };
  seen.script_sees = await page.evaluate(() => document.cookie);
  seen.kept_after = Boolean(await cookie(made, "onus-sign-in"));

  // The same way back once more, with what the browser had kept: refused, and the session goes on.
  await made.addCookies([{ ...kept }]);
  const replay = await page.goto(back);
  seen.replayed = { status: replay.status(), text: await main(page), url: back.includes("code=") };
  await page.goto(`${base}/account`);
  seen.after_replay = (await main(page)).includes("Ann Other");

  // Another browser brings the same way back.
  const other = await context(browser);
  const stolen = await (await other.newPage()).goto(back);
  seen.stolen = { status: stolen.status(), cookies: (await other.cookies(base)).filter((one) => one.value).length };
  await other.close();

  // A session's key of the attacker's choosing does not become the victim's.
  const fixed = await context(browser);
  await fixed.addCookies([{ name: "onus-session", value: "chosen-by-an-attacker", url: base }]);
  const victim = await fixed.newPage();
  await signIn(victim, given.as);
  seen.fixation = (await cookie(fixed, "onus-session")).value !== "chosen-by-an-attacker";

  // Forms of other sites, and without their token.
  await victim.goto(given.stranger);
  await victim.evaluate((to) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = to;
    document.body.append(form);
    form.submit();
  }, `${base}/sign-out`);
  await victim.waitForURL(`${base}/sign-out`);
  seen.forged_form = await main(victim);
  await victim.goto(`${base}/account`);
  seen.after_forged = (await main(victim)).includes("Ann Other");
  seen.bare_form = await victim.evaluate(async () => (await fetch("/sign-out", { method: "POST", body: new URLSearchParams({ form_token: "x" }) })).status);
  await fixed.close();

  // Nobody is sent elsewhere after signing in.
  seen.redirects = {};
  for (const to of ["https://evil.example/", "//evil.example/", "/\\evil.example", "/look-up?reference=DR-000002Y"]) {
    const fresh = await context(browser);
    const tab = await fresh.newPage();
    await signIn(tab, given.as, `/sign-in?go_on=${encodeURIComponent(to)}`);
    seen.redirects[to] = tab.url().slice(base.length);
    await fresh.close();
  }

  // The issuer refuses.
  const unlucky = await context(browser);
  const tab = await unlucky.newPage();
  await tab.goto(`${base}/sign-in`);
  await tab.click("button[name=cancel]");
  await tab.waitForURL((url) => url.origin === new URL(base).origin);
  seen.cancelled = await main(tab);
  const made_up = await tab.goto(`${base}/sign-in/callback?error=<b>x</b>&error_description=pay+here&state=y`);
  seen.made_up = { status: made_up.status(), text: await main(tab) };
  await unlucky.close();

  // Out: here and at the issuer.
  await page.goto(`${base}/`);
  await page.click("header >> text=Sign out");
  await page.waitForURL((url) => url.pathname.startsWith("/session/end"));
  seen.out_at = page.url().split("?")[0];
  await page.click("button[name=logout]");
  await page.waitForURL(`${base}/signed-out*`);
  seen.signed_out = await main(page);
  await made.addCookies([{ ...session }]);
  await page.goto(`${base}/account`);
  seen.old_key = await main(page);
  await made.close();
}

const seen = {};
const browser = await launch();
try {
  await story(browser, seen);
} catch (error) {
  seen.broken = String(error?.stack ?? error);
} finally {
  await browser.close();
}
await output(seen);
