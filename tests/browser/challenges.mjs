// The yellow card: a provider challenges a request, its owner answers, the provider takes it to the panel, the panel decides; and feedback is
// given and answered. Every state that is reached is looked at by axe. See story.mjs for what goes in and out.
import { errors, main, press, story } from "./story.mjs";

await story(async ({ base, seen, open, look }) => {
  async function raise(page) {
    seen.work = await main(page);
    await page.goto(`${base}/collections/critical-care-minimum-data-set`);
    await page.click("text=Challenge this request");
    seen.reference = await page.inputValue("#reference");
    await look(page, "challenge-new");
    await press(page, "Send the challenge");
    seen.unsaid = await errors(page);
    await look(page, "challenge-new-refused");
    await page.locator("input[name=reason][value=DUPLICATE]").check();
    await page.fill("#text", "We send the same each month <script>alert(1)</script> by CDS.");
    await page.fill("#duplicate_of", "commissioning-data-sets-cds-v6-2-type-120-nowhere");
    await page.fill("#items", "3, many");
    await press(page, "Send the challenge");
    seen.unknown = await errors(page);
    seen.kept = await page.inputValue("#text");
    // A slip in the reference, of a form that is begun without one.
    await page.goto(`${base}/challenges/new`);
    const slip = seen.reference.slice(0, -2) + seen.reference.slice(-1) + seen.reference.slice(-2, -1);
    await page.fill("#reference", slip);
    await page.locator("input[name=reason][value=DUPLICATE]").check();
    await press(page, "Send the challenge");
    seen.slip = await errors(page);
    await page.fill("#reference", seen.reference);
    await page.fill("#text", "We send the same each month <script>alert(1)</script> by CDS.");
    await page.fill("#duplicate_of", "commissioning data sets (CDS V6-2)");
    await page.fill("#items", "900");
    await press(page, "Send the challenge");
    seen.no_item = await errors(page);
    seen.meant = await main(page);
    await page.fill("#items", "3, 7");
    await press(page, "Send the challenge");
    seen.raised = await main(page);
    seen.address = page.url().slice(base.length);
    await look(page, "challenge-open");
  }

  async function answer(page) {
    await page.goto(`${base}/work`);
    seen.waiting = await main(page);
    await look(page, "challenge-waiting");
    await page.goto(base + seen.address);
    await press(page, "Answer it");
    seen.no_answer = await errors(page);
    await look(page, "challenge-answer-refused");
    await page.locator("input[name=answer-outcome][value=NOT_UPHELD]").check();
    await page.fill("#answer-text", "The monthly extract lacks the hourly fields.");
    await press(page, "Answer it");
    seen.answered = await main(page);
  }

  async function escalate(page) {
    await page.goto(base + seen.address);
    await page.fill("#escalate-text", "It has them since April.");
    await press(page, "Take it to the panel");
    seen.escalated = await main(page);
  }

  async function decide(page) {
    await page.goto(base + seen.address);
    await look(page, "challenge-decide");
    await page.locator("input[name=decide-outcome][value=UPHELD]").check();
    await page.fill("#decide-text", "It is asked twice since April.");
    await press(page, "Decide");
    seen.decided = await main(page);
    await look(page, "challenge-decided");
  }

  async function everybody(page) {
    await page.goto(`${base}/challenges`);
    seen.list = await main(page);
    await look(page, "challenges");
    await page.goto(base + seen.address);
    seen.published = await main(page);
    const refused = await page.goto(`${base}/challenges/new`);
    seen.stranger = refused.status();
  }

  async function feedback(provider, panel) {
    await provider.goto(`${base}/feedback`);
    await press(provider, "Send");
    seen.nothing = await errors(provider);
    await look(provider, "feedback-refused");
    await provider.selectOption("#body", "X24");
    await provider.locator("input[name=theme][value=TIMING]").check();
    await provider.fill("#text", "Three returns due on one day, with a week's notice.");
    await provider.selectOption("#rating", "2");
    await press(provider, "Send");
    seen.given = await main(provider);
    await look(provider, "feedback");
    await panel.goto(`${base}/feedback`);
    await press(panel, "Answer");
    seen.unanswered = await errors(panel);
    await panel.locator("main textarea").first().fill("Their dates are spread from January on.");
    await press(panel, "Answer");
    seen.replied = await main(panel);
    await provider.goto(`${base}/feedback`);
    seen.heard = await main(provider);
  }

  const provider = await open("provider");
  const registrar = await open("registrar");
  const panel = await open("panel-member");
  await raise(provider);
  await answer(registrar);
  await escalate(provider);
  await decide(panel);
  await everybody(await open());
  await feedback(provider, panel);
});
