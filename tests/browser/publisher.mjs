// The publisher: a body's plan is published, changed and seen by everybody; a month's report is looked at before it is corrected, and both
// revisions stay. See story.mjs for what goes in and out.
import { errors, main, press, story } from "./story.mjs";

const target = async (page, at, measure, value) => {
  await page.selectOption(`#measure-${at}`, measure);
  await page.fill(`#value-${at}`, value);
  await page.fill(`#date-${at}`, "31");
  await page.fill(`#date-${at}-month`, "3");
  await page.fill(`#date-${at}-year`, "2028");
  await page.selectOption(`#baseline_month-${at}`, "2025-10");
};

await story(async ({ base, seen, open, look }) => {
  const publisher = await open("publisher");
  const stranger = await open();
  await publisher.goto(`${base}/plans`);
  seen.nobody = await main(publisher);
  await publisher.click("text=Publish a plan");
  await press(publisher, "Publish");
  seen.nothing = await errors(publisher);
  await look(publisher, "plan-refused");
  await publisher.selectOption("#owner", "X24");
  await publisher.fill("#title", "Ask once <b>");
  await target(publisher, 0, "HOURS", "many");
  await press(publisher, "Publish");
  seen.unread = await errors(publisher);
  seen.kept = await publisher.inputValue("#title");
  await publisher.fill("#value-0", "91,000");
  await target(publisher, 1, "SUBMIT_ONCE_RATE", "1");
  await publisher.fill("#text", "Every renewal is held against what is asked already.\nItems without use lapse.");
  await press(publisher, "Publish");
  seen.published = await main(publisher);
  await look(publisher, "plan");

  await publisher.click("text=Change this plan");
  await publisher.fill("#value-0", "90000");
  await press(publisher, "Publish");
  seen.silent = await errors(publisher);
  await look(publisher, "plan-change-refused");
  await publisher.fill("#reason", "More is possible");
  await press(publisher, "Publish");
  seen.changed = await main(publisher);

  await stranger.goto(`${base}/plans`);
  seen.everybody = await main(stranger);
  await look(stranger, "plans");
  const narrow = await open(undefined, { width: 320 });
  await narrow.goto(`${base}/plans/X24`);
  await look(narrow, "plan-narrow");

  await publisher.goto(`${base}/editions`);
  await look(publisher, "editions");
  await publisher.goto(`${base}/editions/2026-10`);
  await press(publisher, "Publish the correction");
  seen.no_reason = await errors(publisher);
  await look(publisher, "edition-refused");
  const [preview] = await Promise.all([
    publisher.waitForResponse((response) => response.url().endsWith("/preview")),
    publisher.click("text=See what it would say now"),
  ]);
  seen.preview = await preview.text();
  await publisher.goto(`${base}/editions/2026-10`);
  await publisher.fill("#reason", "The plan of X24 was left out.");
  await press(publisher, "Publish the correction");
  await publisher.waitForSelector("text=This is a correction");
  seen.corrected = await main(publisher);
  await look(publisher, "edition-corrected");
  const reader = await open(undefined, { bypassCSP: true });
  for (const [name, path] of [["report", "index"], ["body", "bodies/X24"], ["provider", "providers/RR8"]]) {
    await reader.goto(`${base}/editions/2026-10/${path}.html`);
    seen[name] = await main(reader);
    await look(reader, `report-${name}`);
  }
  await stranger.goto(`${base}/editions/2026-10/revisions/1`);
  seen.first = await main(stranger);

  await publisher.goto(`${base}/plans/X24/change`);
  await publisher.fill("#reason", "It is over");
  await publisher.click("text=Withdraw this plan");
  await press(publisher, "Withdraw the plan");
  seen.withdrawn = await main(publisher);
  const refused = await stranger.goto(`${base}/plans/new`);
  seen.stranger = refused.status();
});
