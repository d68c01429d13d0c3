// An ADMIN keeps organisations, by the pages alone: a trust is registered that took over part of another, which closes; two at one form.
// Every state that is reached is looked at by axe. See story.mjs for what goes in and out.
import { errors, main, press, story } from "./story.mjs";

const day = async (page, id, [of, month, year]) => {
  await page.fill(`#${id}`, of);
  await page.fill(`#${id}-month`, month);
  await page.fill(`#${id}-year`, year);
};

await story(async ({ base, seen, open, look }) => {
  const admin = await open("admin");
  await admin.goto(`${base}/admin`);
  await admin.click("text=Organisations: their dates");
  await admin.fill("#q", "Manchester University");
  await press(admin, "Show organisations");
  seen.list = await main(admin);
  await look(admin, "organisations");

  await admin.click("text=register another");
  await press(admin, "Register it");
  seen.nothing = await errors(admin);
  await look(admin, "organisation-new-refused");
  await admin.fill("#code", "r9a");
  await admin.getByLabel("Provider", { exact: true }).check();
  await admin.fill("#name", "NORTHERN <b> TRUST");
  await admin.selectOption("#provider_type", "ACUTE");
  await day(admin, "open", ["31", "2", "2026"]);
  await admin.fill("#predecessor-0", "R0Z");
  await admin.fill("#successor-0", "R9A");
  await day(admin, "date-0", ["1", "4", "2026"]);
  await admin.fill("#share-0", "most");
  await press(admin, "Register it");
  seen.unread = await errors(admin);
  seen.kept = await admin.inputValue("#name");
  await day(admin, "open", ["1", "4", "2026"]);
  await admin.fill("#share-0", "1.5");
  await admin.selectOption("#measure-0", "FLOOR_AREA");
  await day(admin, "from-0", ["1", "4", "2026"]);
  await admin.fill("#value-0", "12,500");
  await press(admin, "Register it");
  seen.wrong = await errors(admin);
  await look(admin, "organisation-new-wrong");
  await admin.fill("#predecessor-0", "R0A");
  await admin.fill("#share-0", "0.4");
  await press(admin, "Register it");
  await admin.waitForURL(/R9A/);
  seen.registered = await main(admin);
  await look(admin, "organisation");
  const stranger = await open();
  await stranger.goto(`${base}/providers/R9A`);
  seen.successor = await main(stranger);
  await look(stranger, "provider-successor");
  await stranger.goto(`${base}/providers/R0A`);
  seen.predecessor = await main(stranger);

  // Two at one form: the second is told, and loses nothing.
  await admin.goto(`${base}/admin/organisations/R0A`);
  const other = await open("admin");
  await other.goto(`${base}/admin/organisations/R0A`);
  await day(admin, "close", ["31", "3", "2027"]);
  await press(admin, "Save");
  seen.silent = await errors(admin);
  await admin.fill("#reason", "ODS, November 2026");
  await press(admin, "Save");
  seen.saved = await main(admin);
  await other.fill("#region", "Y62");
  await other.fill("#reason", "It moved");
  await press(other, "Save");
  seen.overtaken = await errors(other);
  seen.typed = await other.inputValue("#region");
  await look(other, "organisation-overtaken");

  // A line that is emptied is deleted.
  await admin.goto(`${base}/admin/organisations/R9A`);
  for (const id of ["predecessor-0", "successor-0", "date-0", "date-0-month", "date-0-year", "share-0"]) {
    await admin.fill(`#${id}`, "");
  }
  await admin.fill("#reason", "It did not happen");
  await press(admin, "Save");
  await admin.waitForURL(/done/);
  await stranger.goto(`${base}/providers/R9A`);
  seen.undone = await main(stranger);
  await admin.goto(`${base}/admin/audit?q=organisations/R9A`);
  seen.log = await main(admin);

  const registrar = await open("registrar");
  for (const path of ["/admin/organisations", "/admin/organisations/R9A", "/admin/new-organisation"]) {
    seen[path] = (await registrar.goto(base + path)).status();
  }
});
