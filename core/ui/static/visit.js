// The form of a visit saves by itself: each field 300 ms after the last key, at once on change,
// and whatever is left when the page goes away. Without this script the same form posts whole.

import { parse } from "./field.js";

const AFTER_KEY_MS = 300;
const RETRY_MS = 3000;
const RETRY_MAX_MS = 30000;

const form = document.getElementById("visite");
if (form) visit(form);
document.addEventListener("submit", live);
expire(document);

/** Forms that come back to the page they stand on: only what they changed is put in its place. */
async function live(event) {
  const one = event.target;
  if (!one.matches?.("form[data-live]") || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  const body = new URLSearchParams(new FormData(one, button));
  if (button) button.disabled = true;
  try {
    const answer = await fetch(one.getAttribute("action"), { method: "POST", body, headers: { accept: "text/html" } });
    replace(await answer.text());
  } catch {
    one.submit();
  } finally {
    if (button) button.disabled = false;
  }
}

/** What is offered for a moment only goes away by itself. */
function expire(root) {
  for (const one of root.querySelectorAll("[data-expires]")) {
    setTimeout(() => one.remove(), Number(one.dataset.expires) * 1000);
  }
}

const PARTS = ["dit", "manques", "anneau", "photos-prises", "photos-tort", "actions", "bref-photos",
  "bref-difficultes", "enregistre", "e-preuve", "e-cours", "e-liste", "e-reglages", "e-action"];

/** Puts the parts of a fresh page in place of those that stand; never what is being typed. */
function replace(text) {
  const fresh = parse(text);
  for (const id of PARTS) {
    const old = document.getElementById(id);
    const now = fresh.getElementById(id);
    if (old && now && old.outerHTML !== now.outerHTML) old.replaceWith(document.importNode(now, true));
  }
  expire(document);
}

function visit(form) {
  const address = form.dataset.visit;
  const pending = new Map();
  const failed = new Set();
  let timer = 0;
  let retry_ms = RETRY_MS;
  let sending = Promise.resolve();

  for (const one of document.querySelectorAll("[data-script]")) one.hidden = false;
  folds(address);
  sliders();
  positions();
  photos();

  // What is typed.
  const named = (target) => target instanceof Element && target.form === form && target.name;
  document.addEventListener("input", (event) => {
    if (!named(event.target)) return;
    note(event.target);
    clearTimeout(timer);
    timer = setTimeout(flush, AFTER_KEY_MS);
  });
  document.addEventListener("change", (event) => {
    if (!named(event.target)) return;
    note(event.target);
    flush();
  });
  document.addEventListener("focusout", () => { if (pending.size) flush(); });

  /** Keeps in mind that a field must be saved. */
  function note(input) {
    const item = input.closest("[data-difficulty]");
    if (!item) {
      pending.set(input.name, { value: input.value });
      return;
    }
    const code = item.dataset.difficulty;
    const box = item.querySelector("input[type=checkbox]");
    const words = item.querySelector("input[type=text]");
    // The note of a difficulty is one change, not one per key: it waits until it is left.
    if (input === words && input === document.activeElement) {
      input.addEventListener("blur", () => { note(input); flush(); }, { once: true });
      return;
    }
    pending.set("difficulty." + code, { value: box.checked ? "1" : "", note: words.value });
  }

  function flush() {
    clearTimeout(timer);
    sending = sending.then(post_all);
    return sending;
  }

  async function post_all() {
    for (const [field, what] of [...pending]) {
      pending.delete(field);
      if (!(await post(field, what)) && !pending.has(field)) pending.set(field, what);
    }
    if (failed.size) {
      timer = setTimeout(flush, retry_ms);
      retry_ms = Math.min(retry_ms * 2, RETRY_MAX_MS);
    } else {
      retry_ms = RETRY_MS;
    }
  }

  /** Saves one field; false when it must be tried again. */
  async function post(field, what) {
    const body = new URLSearchParams({ field, value: what.value });
    if (what.note !== undefined) body.set("note", what.note);
    let answer;
    try {
      answer = await fetch(address + "/champ", { method: "POST", body, keepalive: true, headers: { "x-jawla": "fetch" } });
    } catch {
      answer = undefined;
    }
    if (!answer || answer.status >= 500) {
      failed.add(field);
      say(field, form.dataset.retrying);
      return false;
    }
    failed.delete(field);
    if (!answer.ok) {
      say(field, form.dataset.refused);
      return true;
    }
    const told = await answer.json();
    say(field, told.error ?? "");
    show(told);
    return true;
  }

  function say(field, sentence) {
    const key = field.startsWith("difficulty.") ? "difficulties" : field;
    const place = document.getElementById(key);
    const line = document.getElementById(key + "-tort");
    if (!place || !line) return;
    line.textContent = sentence;
    line.hidden = !sentence;
    place.classList.toggle("vf-bad", Boolean(sentence));
    const input = document.getElementById(key + "-saisie");
    if (input) sentence ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
  }

  /** The ring, the line of the last save, the folds that still lack something. */
  function show(told) {
    if (told.saved) document.querySelector("#enregistre span").textContent = told.saved;
    const ring = document.getElementById("anneau");
    const [held, all] = told.ring;
    ring.querySelector("bdi").textContent = `${held}/${all}`;
    ring.querySelector(".ring-full").setAttribute("stroke-dasharray", `${all ? (held * 100) / all : 100} 100`);
    ring.setAttribute("aria-label", `${held}/${all} : ${told.ring_text}`);
    ring.setAttribute("href", "#" + (told.missing[0]?.[0] ?? "terminer"));
    const missing = new Set(told.missing.map(([field]) => document.getElementById(field)?.closest("details")));
    for (const fold of document.querySelectorAll("details.fold")) {
      if (missing.has(fold)) {
        fold.classList.add("fold-missing");
      } else if (fold.classList.contains("fold-missing")) {
        fold.classList.replace("fold-missing", "fold-filled");
      }
    }
  }

  // The page goes away: one message with everything that is not saved yet.
  function leave() {
    const body = new URLSearchParams();
    for (const [field, what] of pending) if (!field.startsWith("difficulty.")) body.set(field, what.value);
    if (!navigator.sendBeacon?.(address + "/quitter", body)) {
      fetch(address + "/quitter", { method: "POST", body, keepalive: true }).catch(() => {});
    }
  }
  let finishing = false;
  addEventListener("pagehide", () => { if (!finishing) leave(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && !finishing) leave(); });

  // What leaves the page by a form goes after what is typed.
  for (const one of document.querySelectorAll("form[data-flush], #visite")) {
    one.addEventListener("submit", async (event) => {
      if (one.dataset.flushed) return;
      event.preventDefault();
      const button = event.submitter;
      document.activeElement?.blur?.();
      await flush();
      one.dataset.flushed = "1";
      finishing = true;
      one.requestSubmit(button ?? undefined);
    });
  }
  // A page that comes back from the history is whole again.
  addEventListener("pageshow", () => {
    finishing = false;
    for (const one of document.querySelectorAll("form[data-flushed]")) delete one.dataset.flushed;
  });

  document.querySelector("[data-focus]")?.focus();

  // Steppers, sliders, sentences to pick.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-step], [data-fill]");
    if (!button) return;
    const input = button.closest(".vf").querySelector(".vf-input");
    if (button.dataset.fill) {
      input.value = button.textContent;
    } else {
      const share = Boolean(input.closest(".pct"));
      const now = Number(input.value.replace(",", ".")) || 0;
      const next = Math.max(0, Math.min(share ? 100 : 10000000, Math.round(now + Number(button.dataset.step))));
      input.value = String(next);
    }
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

  function sliders() {
    for (const slide of document.querySelectorAll("[data-slide]")) {
      const input = slide.closest(".vf").querySelector(".vf-input");
      const follow = () => { slide.value = input.value.replace(",", ".") || 0; };
      follow();
      input.addEventListener("input", follow);
      slide.addEventListener("input", () => {
        input.value = slide.value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }
  }

  // The position.
  function positions() {
    const box = document.querySelector("[data-gps]");
    const button = box?.querySelector("[data-locate]");
    const accept = box?.querySelector("[data-locate-accept]");
    const input = form.elements.namedItem("position");
    if (!button) return;
    let best;
    let watch;
    const words = (text) => {
      box.querySelector(".gps-words").replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
    };
    const number = () => box.querySelector("[data-gps-accuracy]");
    const keep = () => {
      navigator.geolocation.clearWatch(watch);
      accept.hidden = true;
      button.hidden = false;
      const { latitude, longitude, accuracy } = best.coords;
      input.value = [Math.round(latitude * 1e7), Math.round(longitude * 1e7), Math.max(1, Math.ceil(accuracy))].join(";");
      input.dispatchEvent(new Event("change", { bubbles: true }));
      box.className = "gps gps-" + quality(accuracy);
      flush().then(refresh);
    };
    const quality = (accuracy_m) => (accuracy_m <= 20 ? "good" : accuracy_m <= 50 ? "fair" : "poor");
    button.addEventListener("click", () => {
      if (!navigator.geolocation) return words(box.dataset.failed);
      best = undefined;
      words(box.dataset.waiting);
      box.className = "gps gps-wait";
      button.hidden = true;
      watch = navigator.geolocation.watchPosition((found) => {
        if (!best || found.coords.accuracy < best.coords.accuracy) best = found;
        number().textContent = `± ${Math.ceil(best.coords.accuracy)} ${box.dataset.metres}`;
        box.className = "gps gps-wait gps-" + quality(best.coords.accuracy);
        accept.hidden = false;
        if (best.coords.accuracy <= 15) keep();
      }, (error) => {
        navigator.geolocation.clearWatch(watch);
        button.hidden = false;
        box.className = "gps gps-none";
        words(error.code === 1 ? box.dataset.denied : box.dataset.failed);
        if (best) accept.hidden = false;
      }, { enableHighAccuracy: true, timeout: 60000, maximumAge: 0 });
    });
    accept.addEventListener("click", keep);
  }

  /** Asks for the page again and shows what the server now says of the position. */
  async function refresh() {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const text = await answer.text();
    const fresh = parse(text).querySelector("[data-gps] .gps-words");
    const old = document.querySelector("[data-gps] .gps-words");
    if (fresh && old) old.replaceWith(document.importNode(fresh, true));
    replace(text);
  }

  // Photos. In a shell its camera takes them and the core already has them.
  addEventListener("jawla:photo", (event) => {
    if (event.detail.fault) document.getElementById("envoi-photos").textContent = event.detail.fault;
    else refresh();
  });
  function photos() {
    for (const one of document.querySelectorAll("form[data-photo]")) {
      const input = one.querySelector("input[type=file]");
      input.addEventListener("change", () => {
        for (const file of input.files) upload(one.action, file);
        input.value = "";
      });
    }
  }

  function upload(action, file) {
    const list = document.getElementById("envoi-photos");
    const item = document.createElement("li");
    const words = document.createElement("span");
    words.textContent = list.dataset.sending;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    item.append(words, bar);
    list.append(item);
    const request = new XMLHttpRequest();
    request.open("POST", action);
    request.setRequestHeader("x-jawla", "fetch");
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (event.loaded * 100) / event.total;
    });
    const fail = (sentence) => {
      bar.remove();
      words.textContent = sentence || list.dataset.failed;
      item.className = "vf-tort";
      const again = document.createElement("button");
      again.type = "button";
      again.className = "plain";
      again.textContent = list.dataset.again;
      again.addEventListener("click", () => { item.remove(); upload(action, file); });
      item.append(again);
    };
    request.addEventListener("load", () => {
      if (request.status < 300) {
        item.remove();
        refresh();
      } else {
        // A sentence, or a whole page of a fault, which is not put into a line.
        fail(request.responseText.startsWith("<") ? "" : request.responseText);
      }
    });
    request.addEventListener("error", () => fail(""));
    request.send(file);
  }
}

/** Folds stay as the person left them; one that is asked for by a link opens. */
function folds(address) {
  const key = "volets " + address;
  let kept = {};
  try { kept = JSON.parse(sessionStorage.getItem(key) ?? "{}"); } catch { kept = {}; }
  const asked = document.querySelector("#manques section");
  for (const fold of document.querySelectorAll("details[data-fold]")) {
    const wanted = asked && "wanted" in fold.dataset;
    if (fold.dataset.fold in kept && !wanted) fold.open = kept[fold.dataset.fold];
    fold.addEventListener("toggle", () => {
      kept[fold.dataset.fold] = fold.open;
      try { sessionStorage.setItem(key, JSON.stringify(kept)); } catch { /* full: they open anew */ }
    });
  }
  const reach = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = place?.closest("details[data-fold]");
    if (fold && !fold.open) fold.open = true;
    place?.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", reach);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link && link.hash === location.hash) { event.preventDefault(); reach(); }
  });
  if (location.hash) reach();
}
