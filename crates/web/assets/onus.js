// What saves a step where a browser runs it. Every page works without.

// A form with data-live is worked out as it is filled in: its answer's parts (data-live-part) take the place of those shown. Nothing is stored.
const PAUSE = 400;

async function workOut(form, signal) {
  const typed = new URLSearchParams(new FormData(form));
  typed.set("step", form.dataset.live);
  const answer = await fetch(form.action, { method: "POST", body: typed, signal });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live-part]")) {
    const now = page.getElementById(part.id);
    if (now) part.replaceChildren(...now.childNodes);
  }
}

for (const form of document.querySelectorAll("form[data-live]")) {
  let waiting;
  let asking = new AbortController();
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    // What cannot be asked now is asked with the next change, or by the form's own button.
    waiting = setTimeout(() => workOut(form, signal).catch(() => {}), PAUSE);
  });
}

// Keys for what is pressed again and again (data-key), once they are turned on: a key of one letter must not surprise anybody (WCAG 2.1.4).
const KEPT = "onus-keys";
const toggle = document.querySelector("[data-keys]");

const keysAreOn = () => localStorage.getItem(KEPT) === "on";

function showKeys() {
  toggle.setAttribute("aria-pressed", String(keysAreOn()));
  for (const key of document.querySelectorAll("[data-key] kbd")) key.hidden = !keysAreOn();
}

function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=radio]), textarea, select");
}

if (toggle) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    localStorage.setItem(KEPT, keysAreOn() ? "off" : "on");
    showKeys();
  });
  showKeys();
  document.addEventListener("keydown", (event) => {
    if (!keysAreOn() || event.repeat || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
  });
}
