// Looks at pages as people do: with and without JavaScript, on a phone (320 CSS px) and on a desk.
//
// Standard input: {"base": URL, "paths": ["/", {"path": "/nowhere", "status": 404}], "screenshots": FOLDER or nothing}
// Standard output: {"pages": [{path, javascript, width, status, problems: [{kind, what}], incomplete}], "problems": N}
// Exit code: 0 no problem, 1 problems, 2 could not look.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { input, launch, output } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Every rule of WCAG 2.2 A and AA and axe's best practices; target-size is off unless named.
const AXE_OPTIONS = { resultTypes: ["violations", "incomplete"], rules: { "target-size": { enabled: true } } };
const WIDTHS = [320, 1280];
const AT_ONCE = 2;

// Watches everything a page does that it should not.
function watch(page, origin, problems) {
  const add = (kind, what) => problems.push({ kind, what });
  page.on("console", (message) => {
    if (message.type() === "error") add("console", message.text());
  });
  page.on("pageerror", (error) => add("script", String(error)));
  page.on("requestfailed", (request) => {
    if (new URL(request.url()).origin === origin) add("request", `${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("response", (response) => {
    const loaded = response.request().isNavigationRequest();
    if (!loaded && response.status() >= 400) add("request", `${response.url()}: ${response.status()}`);
  });
}

// Requests to another host are problems, and are not made.
async function stayHome(context, origin, problems) {
  await context.route(
    (url) => url.origin !== origin && url.protocol.startsWith("http"),
    (route) => {
      problems.push({ kind: "foreign", what: route.request().url() });
      return route.abort();
    },
  );
}

// A page that is sandboxed by its policy runs no script, axe's neither: that one word is taken from the policy, all else holds.
async function leaveSandbox(context, origin) {
  await context.route(
    (url) => url.origin === origin,
    async (route) => {
      if (!route.request().isNavigationRequest()) return route.fallback();
      const response = await route.fetch({ maxRedirects: 0 });
      const headers = response.headers();
      const policy = headers["content-security-policy"];
      if (!policy?.includes("sandbox")) return route.fulfill({ response });
      const kept = policy.split(";").filter((directive) => directive.trim().split(" ")[0] !== "sandbox");
      return route.fulfill({ response, headers: { ...headers, "content-security-policy": kept.join(";") } });
    },
  );
}

async function accessibility(page, problems) {
  // Evaluated by the browser itself: a strict Content-Security-Policy does not stand in its way.
  await page.evaluate(AXE);
  const found = await page.evaluate((options) => globalThis.axe.run(document, options), AXE_OPTIONS);
  for (const violation of found.violations) {
    for (const node of violation.nodes) {
      const reason = (node.failureSummary ?? "").replace(/\s+/g, " ");
      problems.push({ kind: "axe", what: `${violation.id}: ${node.target.join(" ")}: ${reason}` });
    }
  }
  return found.incomplete.map((rule) => rule.id);
}

async function reflow(page, problems) {
  const wide = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return null;
    const guilty = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > root.clientWidth + 1,
    );
    return `${root.scrollWidth} px of content in ${root.clientWidth} px: ${guilty.slice(0, 3).map((e) => e.tagName.toLowerCase() + (e.className ? `.${e.className}` : "")).join(", ")}`;
  });
  if (wide) problems.push({ kind: "scroll", what: wide });
}

// Opens a page. Without JavaScript, the page is built without any; only then may axe's own run in it.
async function open(context, page, url, javascript) {
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setScriptExecutionDisabled", { value: !javascript });
  const answer = await page.goto(url, { waitUntil: "load", timeout: 60_000 });
  await devtools.send("Emulation.setScriptExecutionDisabled", { value: false });
  return answer;
}

// Fails what hangs.
async function within(milliseconds, work) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no end after ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function look(browser, base, { path, status = 200 }, javascript, width, screenshots) {
  const origin = new URL(base).origin;
  const problems = [];
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  try {
    await leaveSandbox(context, origin);
    await stayHome(context, origin, problems);
    const page = await context.newPage();
    watch(page, origin, problems);
    const answer = await open(context, page, new URL(path, base).href, javascript);
    const got = answer?.status() ?? 0;
    if (got !== status) problems.push({ kind: "status", what: `${got} instead of ${status}` });
    // Chromium reports the status of the page itself as a console error: expected where a refusal is expected.
    const unexpected = problems.filter(
      (p) => !(status >= 400 && p.kind === "console" && p.what.includes(`status of ${status}`)),
    );
    problems.splice(0, problems.length, ...unexpected);
    if (width === WIDTHS[0]) await reflow(page, problems);
    if (screenshots && javascript) {
      const name = `${path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "home"}-${width}.png`;
      await page.screenshot({ path: join(screenshots, name), fullPage: true });
    }
    const incomplete = await within(60_000, accessibility(page, problems));
    return { path, javascript, width, status: got, problems, incomplete };
  } catch (error) {
    problems.push({ kind: "broken", what: String(error) });
    return { path, javascript, width, status: 0, problems, incomplete: [] };
  } finally {
    await context.close();
  }
}

async function main() {
  const { base, paths, screenshots } = await input();
  if (!Array.isArray(paths) || paths.length === 0) throw new Error("no paths to look at");
  if (screenshots) mkdirSync(screenshots, { recursive: true });
  const looks = paths
    .map((entry) => (typeof entry === "string" ? { path: entry } : entry))
    .flatMap((entry) => [true, false].flatMap((js) => WIDTHS.map((width) => [entry, js, width])));
  const browser = await launch();
  const pages = new Array(looks.length);
  let next = 0;
  const worker = async () => {
    while (next < looks.length) {
      const at = next++;
      pages[at] = await look(browser, base, ...looks[at], screenshots);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await browser.close();
  const problems = pages.reduce((sum, page) => sum + page.problems.length, 0);
  await output({ pages, problems });
  process.exitCode = problems === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 2;
});
