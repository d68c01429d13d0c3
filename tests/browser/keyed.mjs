// Signs in with an issuer, and tells what stands there then.
//
// Standard input: {"base": URL of Onus, "as": key at the issuer}
// Standard output: {"greeting": the header, "said": the page}
import { input, launch, output } from "./browser.mjs";

const { base, as } = await input();
const browser = await launch();
const page = await browser.newPage();
await page.goto(`${base}/sign-in`);
await page.fill("input[name=login]", as);
await page.click("button:not([name])");
await page.waitForURL((url) => url.origin === new URL(base).origin);
const seen = { greeting: await page.locator("header").innerText(), said: await page.locator("main").innerText() };
await browser.close();
await output(seen);
