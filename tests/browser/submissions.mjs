// A provider's people record what they sent and what it took, and take back what was recorded by mistake, by the pages alone. Every state
// that is reached is looked at by axe. See story.mjs for what goes in and out.
import { errors, main, press, story } from "./story.mjs";

await story(async ({ base, seen, open, look }) => {
  const page = await open("provider");
  await page.goto(`${base}/providers/R0A/submissions`);
  seen.list = await main(page);
  await look(page, "submissions");
  const row = page.locator("main table tbody tr", { hasText: "Not recorded" }).first();
  const href = await row.locator("a").getAttribute("href");
  await page.goto(base + href);
  await look(page, "submission");
  await page.fill("#minutes", "many");
  await press(page, "Record");
  seen.wrong = await errors(page);
  seen.kept = await page.inputValue("#minutes");
  await look(page, "submission-refused");
  await page.fill("#minutes", "45");
  await page.fill("#people", "1");
  await press(page, "Record");
  await page.goto(base + href);
  seen.recorded = await main(page);
  await look(page, "submission-recorded");

  await page.click("text=It was not sent: take it back");
  await press(page, "Take it back");
  seen.silent = await errors(page);
  await look(page, "submission-withdraw-refused");
  await page.fill("#reason", "We sent another month's <b>.");
  await press(page, "Take it back");
  await page.waitForURL(/submissions$/);
  await page.goto(base + href);
  seen.withdrawn = await main(page);
  const other = await open("registrar");
  seen.stranger = (await other.goto(base + href)).status();
});
