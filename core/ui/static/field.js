// The phone's pages without a model of their own: what changed is fetched again from the core and
// put in place of what stands; a form posts when it changes. Every page works without this script.

const TYPING_MS = 400;
const SEARCH_MS = 300;

/** A fresh page. The symbols that it names are put into this one, which may show parts of it. */
export function parse(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const here = document.getElementById("symboles");
  for (const symbol of fresh.getElementById("symboles")?.children ?? []) {
    if (!document.getElementById(symbol.id)) here?.append(document.importNode(symbol, true));
  }
  return fresh;
}
const is_field = (one) => one instanceof Element && one.matches("input, textarea, select");
/** Whether somebody is in the middle of something that a fresh page would take away. */
const busy = () => is_field(document.activeElement) || document.querySelector("form[data-visit], form#visite") !== null;

/** Puts a fresh page in place of this one: main, action, tabs, title, look; keeps focus, scroll, open folds. */
function show(fresh, address) {
  const kept = document.activeElement?.id;
  const open = [...document.querySelectorAll("details[open]")].map(place);
  const scroll = window.scrollY;
  for (const one of ["main", ".bar-top", ".tabs", ".action"]) {
    const old = document.querySelector(one);
    const now = fresh.querySelector(one);
    if (old && now && old.outerHTML !== now.outerHTML) old.replaceWith(document.importNode(now, true));
    else if (old && !now && one === ".action") old.remove();
  }
  for (const one of document.querySelectorAll("details")) if (open.includes(place(one))) one.open = true;
  for (const name of ["lang", "dir", "data-text", "data-sun"]) {
    const value = fresh.documentElement.getAttribute(name);
    if (value === null) document.documentElement.removeAttribute(name);
    else document.documentElement.setAttribute(name, value);
  }
  document.title = fresh.title;
  document.body.dataset.watch = fresh.body.dataset.watch ?? "";
  if (address && address !== location.pathname + location.search) history.replaceState(null, "", address);
  if (kept) document.getElementById(kept)?.focus({ preventScroll: true });
  window.scrollTo(0, scroll);
  ready();
}

const place = (details) => details.closest("[id]")?.id + "/" + (details.querySelector("summary")?.textContent ?? "").trim();

/** Whether the page says why a form was refused: what changed elsewhere must not wipe that away. */
let told = false;
async function again() {
  if (told) return;
  try {
    const answer = await fetch(location.href, { headers: { "x-jawla": "fetch" } });
    const elsewhere = new URL(answer.url, location.href).pathname !== location.pathname;
    if (answer.ok && answer.redirected && elsewhere) location.assign(answer.url);
    else if (answer.ok) {
      const text = await answer.text();
      if (!told) show(parse(text));
    }
  } catch { /* the next event asks again */ }
}

// What changed, by name.
let late = false;
function heard(names) {
  const watched = (document.body.dataset.watch ?? "").split(/\s+/);
  const mine = names.some((name) => name === "everything" || watched.some((one) => name === one || name.startsWith(one + ":")));
  if (!mine) return;
  if (busy()) late = true;
  else again();
}
addEventListener("focusout", () => setTimeout(() => {
  if (late && !busy()) { late = false; again(); }
}, 50));
if (window.jawlaBridge) {
  addEventListener("jawla:changed", (event) => heard(event.detail ?? ["everything"]));
  addEventListener("jawla:ready", ready);
} else if (document.body.classList.contains("field")) {
  const events = new EventSource("/evenements");
  events.onmessage = (event) => heard(event.data.split(" "));
  addEventListener("pagehide", () => events.close());
}

// Forms that order something: posted, and the page they lead to shown in place.
addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-post]")) return;
  event.preventDefault();
  const button = event.submitter;
  const body = new URLSearchParams(new FormData(form, button));
  if (button) button.disabled = true;
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    const to = new URL(answer.url || location.href, location.href);
    const there = answer.ok && to.pathname !== location.pathname;
    told = !answer.ok;
    if (there) location.assign(to);
    else show(parse(await answer.text()));
  } catch {
    form.submit();
  } finally {
    if (button) button.disabled = false;
  }
});

// Fields that keep themselves: while typing after a pause, as a change when left.
const timers = new WeakMap();
async function keep(form, typing) {
  clearTimeout(timers.get(form));
  const body = new URLSearchParams(new FormData(form));
  if (typing) body.set("frappe", "oui");
  let answer;
  try {
    answer = await fetch(form.getAttribute("action"), { method: "POST", body, keepalive: true, headers: { "x-jawla": "fetch" } });
  } catch {
    timers.set(form, setTimeout(() => keep(form, typing), 3000));
    return;
  }
  const saved = form.querySelector(".saved");
  if (answer.ok) {
    if (saved) saved.hidden = false;
    form.querySelector(".fault")?.remove();
    form.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    return;
  }
  if (typing) return;
  if (saved) saved.hidden = true;
  const fresh = parse(await answer.text()).getElementById(form.id);
  if (fresh) form.replaceWith(document.importNode(fresh, true));
}
addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.matches("form[data-auto]") || event.target.tagName === "SELECT") return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form, true), TYPING_MS));
});
addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("form[data-auto]")) keep(form, false);
});
addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-auto]")) return;
  event.preventDefault();
  keep(event.target, false);
});

// The list of projects: searched while typing, filtered on change, continued when its end is seen.
let searching = 0;
async function search(form) {
  const address = "/projets?" + new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const asked = ++searching;
  const answer = await fetch(address);
  if (asked === searching && answer.ok) show(parse(await answer.text()), address);
}
let pause = 0;
addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.matches("form[data-search]")) return;
  clearTimeout(pause);
  pause = setTimeout(() => search(form), event.target.tagName === "SELECT" ? 0 : SEARCH_MS);
});
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) next_page(entry.target);
});
async function next_page(link) {
  seen.unobserve(link);
  const answer = await fetch(link.href);
  if (!answer.ok) return;
  const fresh = parse(await answer.text());
  document.getElementById("liste")?.append(...(fresh.getElementById("liste")?.children ?? []));
  const more = fresh.querySelector("[data-next]");
  if (more) link.replaceWith(document.importNode(more, true));
  else link.remove();
  ready();
}

// Where the phone is, asked only when somebody wants the order by distance.
addEventListener("click", (event) => {
  const near = event.target.closest?.("[data-near]");
  if (near) {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const address = new URL(location.href);
      address.searchParams.set("tri", "distance");
      address.searchParams.set("ici", coords.latitude.toFixed(5) + "," + coords.longitude.toFixed(5));
      address.searchParams.delete("debut");
      location.assign(address);
    });
  }
  const scan = event.target.closest?.("[data-scan]");
  if (scan) {
    window.jawlaBridge.scan().then((text) => {
      const field = document.getElementById("invitation");
      if (text && field) field.value = text;
    });
  }
});

function ready() {
  for (const one of document.querySelectorAll("[data-near]")) one.hidden = !("geolocation" in navigator);
  for (const one of document.querySelectorAll("[data-scan]")) one.hidden = !window.jawlaBridge?.scan;
  for (const one of document.querySelectorAll("[data-next]")) seen.observe(one);
}
ready();
