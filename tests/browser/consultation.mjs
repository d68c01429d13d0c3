// A draft is shown to providers, by the pages alone: a registrar opens a consultation, a provider comments, the registrar answers and closes.
// Every state that is reached is looked at by axe. See story.mjs for what goes in and out.
import { errors, main, press, story } from "./story.mjs";

await story(async ({ base, seen, open, look }) => {
  async function show(page) {
    await page.goto(`${base}/drafts/bed-watch/1`);
    await page.click("text=Show it to providers");
    await page.fill("#providers", "R0A, <b>");
    await page.fill("#question", "Could you answer item 1 within ten days?");
    await page.fill("#closes_on", "31");
    await page.fill("#closes_on-month", "2");
    await page.fill("#closes_on-year", "2027");
    await press(page, "Show it to them");
    seen.wrong = await errors(page);
    seen.kept = `${await page.inputValue("#providers")} ${await page.inputValue("#question")}`;
    await look(page, "consult-refused");
    await page.fill("#providers", "R0A");
    await page.fill("#closes_on", "28");
    await press(page, "Show it to them");
    seen.opened = await main(page);
    seen.address = page.url().slice(base.length);
    await look(page, "consultation-opened");
  }

  async function comment(page) {
    await page.goto(`${base}/work`);
    await page.click("text=Drafts that are shown to you");
    seen.list = await main(page);
    await look(page, "consultations");
    await page.locator("main").getByRole("link", { name: "Bed watch" }).click();
    seen.shown = await main(page);
    await press(page, "Send");
    seen.unsaid = await errors(page);
    await look(page, "consultation-refused");
    await page.selectOption("#position", "1");
    await page.fill("#text", "We close the month on day 12 <script>alert(1)</script>.");
    await press(page, "Send");
    seen.said = await main(page);
    await look(page, "consultation-said");
  }

  async function answer(page) {
    await page.goto(base + seen.address);
    const other = await open("registrar");
    await other.goto(base + seen.address);
    await page.locator("main").getByRole("button", { name: "Answer" }).click();
    seen.unanswered = await errors(page);
    await look(page, "consultation-answer-refused");
    await page.locator("main textarea").fill("Then it is due on day 15.");
    await page.locator("main").getByRole("button", { name: "Answer" }).click();
    seen.answered = await main(page);
    await other.locator("main textarea").fill("Day 20.");
    await other.locator("main").getByRole("button", { name: "Answer" }).click();
    seen.overtaken = await errors(other);
    await press(page, "Close it now");
    seen.closed = await main(page);
  }

  const registrar = await open("registrar");
  const provider = await open("provider");
  await show(registrar);
  await comment(provider);
  await answer(registrar);
  await provider.goto(base + seen.address);
  seen.heard = await main(provider);
  const stranger = await open();
  seen.strangers = (await stranger.goto(base + seen.address)).status();
  const steward = await open("steward");
  seen.others = (await steward.goto(base + seen.address)).status();
});
