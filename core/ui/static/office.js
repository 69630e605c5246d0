// The office's pages with a keyboard and kept fresh. Every page works without this file.
"use strict";

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// Keys: / to the search, j and k through the rows, Enter opens, Escape leaves the search.
const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

const choose = (step) => {
  const rows = all("[data-rows] tbody tr");
  if (rows.length === 0) return;
  const now = rows.findIndex((row) => row.classList.contains("chosen"));
  const next = Math.min(Math.max(now + step, 0), rows.length - 1);
  rows.forEach((row, index) => row.classList.toggle("chosen", index === next));
  rows[next].scrollIntoView({ block: "nearest" });
  find("a", rows[next])?.focus({ preventScroll: true });
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target.matches("[data-find]")) event.target.blur();
  if (isTyping(event.target)) return;
  if (event.key === "/") {
    const field = find("#q") ?? find("[data-find]");
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  } else if (event.key === "j") choose(1);
  else if (event.key === "k") choose(-1);
});

// Photos open over the page; without script their link opens them.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-photo]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const dialog = document.createElement("dialog");
  dialog.className = "photo";
  const image = document.createElement("img");
  image.src = link.href;
  image.alt = find("img", link)?.alt ?? "";
  dialog.append(image);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
});

// What changed, by name: the page asks again for itself when it shows something of that name.
// Nothing is replaced while somebody types; it waits until they have left the form.
let stale = false;

const shows = (names) => {
  const shown = (find("main")?.dataset.names ?? "").split(" ").filter(Boolean);
  return names.some((name) => name === "everything" ||
    shown.some((one) => name === one || name.startsWith(one + ":")));
};

const isBusy = () => {
  const active = document.activeElement;
  return (active !== null && active !== document.body && isTyping(active) && active.closest("main") !== null) ||
    find("details.edit[open], details.keep[open], dialog[open]") !== null;
};

const refresh = async () => {
  if (!stale || isBusy()) return;
  stale = false;
  // A page that answers a form is not asked for again: its address would say something else.
  if (find("main [role=alert]")) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["main", ".rail"]) {
      const fresh = find(part, page), old = find(part);
      if (fresh && old) old.replaceWith(document.adoptNode(fresh));
    }
  } catch { stale = true; }
};

const main = find("main[data-names]");
if (main && "EventSource" in window) {
  const events = new EventSource(`/evenements?depuis=${main.dataset.serial}`);
  let waiting = 0;
  events.addEventListener("changed", (event) => {
    if (!shows(event.data.split(" "))) return;
    stale = true;
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 400);
  });
  document.addEventListener("focusout", () => setTimeout(refresh, 200));
  addEventListener("pagehide", () => events.close());
}
