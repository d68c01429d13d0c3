// Data is asked for instead of being collected again, by the pages alone: a registrar asks from the list of what a draft duplicates, and
// answers, delivers and ends what another body asked for. Every state that is reached is looked at by axe. See story.mjs for what goes in
// and out.
import { errors, main, press, story } from "./story.mjs";

await story(async ({ base, seen, open, look }) => {
  // As the body that needs it.
  async function ask(page) {
    await page.goto(`${base}/drafts/immunisation-watch/1/duplicates`);
    seen.found = await main(page);
    await look(page, "reuse-duplicates");
    await page.locator("input[name=reuse]").first().check();
    await press(page, "Save");
    await page.goto(`${base}/drafts/immunisation-watch/1/duplicates`);
    seen.rests = await main(page);
    await look(page, "reuse-rests");
    await page.click("text=what its holder gives");
    seen.asked = await main(page);
    seen.address = page.url().slice(base.length);
    await look(page, "reuse-asked");
    await press(page, "End it");
    seen.unsaid = await errors(page);
    await look(page, "reuse-end-refused");
  }

  // As the body that holds it.
  async function give(page) {
    await page.goto(`${base}/work`);
    await page.click("text=Data that others ask you for");
    seen.queue = await main(page);
    await look(page, "reuse-queue");
    await page.locator("main").getByRole("link", { name: "Unit watch" }).first().click();
    seen.requested = await main(page);
    const other = await open("registrar");
    await other.goto(page.url());
    await press(page, "Agree to give it");
    seen.agreed = await main(page);
    await press(other, "Agree to give it");
    seen.overtaken = await errors(other);
    await page.fill("#deliver-day", "1");
    await page.fill("#deliver-day-month", "2");
    await page.fill("#deliver-day-year", "2031");
    await press(page, "Say that it was delivered");
    seen.early = await errors(page);
    seen.kept = await page.inputValue("#deliver-day-year");
    await page.fill("#deliver-day", "");
    await page.fill("#deliver-day-month", "");
    await page.fill("#deliver-day-year", "");
    await press(page, "Say that it was delivered");
    seen.delivered = await main(page);
    await look(page, "reuse-delivered");
    await page.fill("#end-reason", "The unit register takes its place.");
    await press(page, "End it");
    seen.ended = await main(page);
    await look(page, "reuse-ended");
  }

  async function everybody(page) {
    seen.stranger = (await page.goto(base + seen.address)).status();
    await page.goto(`${base}/reuse`);
    seen.list = await main(page);
  }

  const registrar = await open("registrar");
  await ask(registrar);
  await give(registrar);
  await everybody(await open());
  const panel = await open("panel-member");
  await panel.goto(`${base}/reuse`);
  seen.panel = await main(panel);
});
