// The office's keys. Every page works without this file; the panel it opens is also a page.
// A key does nothing while a field has the focus, with Ctrl, Alt or Meta held, or over a dialog.

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const ROWS = "[data-rows] tbody tr, ol[data-rows] > li";

const isTyping = (target) =>
  target instanceof Element && target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;

// The letter of a key on any keyboard: an Arabic layout says Arabic letters, the place of the key
// says which one is meant.
const letter = (event) => {
  if (event.key === "؟") return "?";
  if (/^[\x20-\x7e]$/.test(event.key)) return event.key.toLowerCase();
  const place = /^Key([A-Z])$/.exec(event.code);
  if (place) return place[1].toLowerCase();
  return event.code === "Slash" ? (event.shiftKey ? "?" : "/") : event.key;
};

const link = (row) => find("a[data-row], th a, a", row);

let last = null;

const mark = (rows, at) => {
  rows.forEach((row, index) => row.classList.toggle("chosen", index === at));
  last = link(rows[at])?.getAttribute("href") ?? null;
};

const chosen = (rows) => rows.findIndex((row) => row.classList.contains("chosen"));

const move = (step) => {
  const rows = all(ROWS);
  if (rows.length === 0) return false;
  // Where one is: the row chosen last, the one the focus is in, or the one that is open beside.
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const open = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const now = [chosen(rows), focused, open].find((at) => at >= 0) ?? -1;
  const next = Math.min(Math.max(now + step, 0), rows.length - 1);
  mark(rows, next);
  rows[next].scrollIntoView({ block: "nearest" });
  link(rows[next])?.focus({ preventScroll: true });
  return true;
};

const open = () => {
  const rows = all(ROWS);
  const at = chosen(rows);
  // A link or button that has the focus is opened by the browser itself.
  if (at < 0 || document.activeElement?.matches("a, button, summary")) return false;
  link(rows[at])?.click();
  return true;
};

const tick = () => {
  const rows = all(ROWS);
  const box = rows[chosen(rows)] && find("input[type=checkbox]", rows[chosen(rows)]);
  if (!box) return false;
  box.click();
  return true;
};

const approve = () => {
  const button = find("form[data-review] button[value=valider]");
  if (!button) return false;
  button.form.requestSubmit(button);
  return true;
};

const comment = () => {
  const field = find("form[data-review] textarea");
  if (!field) return false;
  const fold = field.closest("details");
  if (fold) fold.open = true;
  field.focus();
  return true;
};

const search = () => {
  const field = find("#q") ?? find("[data-find]");
  if (!field) return false;
  field.focus();
  field.select();
  return true;
};

const help = () => {
  const panel = find("dialog#touches");
  if (!panel) return false;
  panel.showModal();
  return true;
};

const KEYS = { "/": search, "?": help, j: () => move(1), k: () => move(-1), enter: open, x: tick, v: approve, r: comment };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && event.target.matches?.("[data-find], #q")) event.target.blur();
  if (isTyping(event.target) || find("dialog[open]")) return;
  const name = event.key === "Enter" ? "enter" : letter(event);
  // A key held down walks through rows and does nothing else twice.
  if (event.repeat && name !== "j" && name !== "k") return;
  if (Object.hasOwn(KEYS, name) && KEYS[name]()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("a[data-help]") && help()) event.preventDefault();
});

// A page that was asked for again keeps the row one was at.
document.addEventListener("refreshed", () => {
  const rows = all(ROWS);
  const at = rows.findIndex((row) => link(row)?.getAttribute("href") === last);
  if (last !== null && at >= 0) mark(rows, at);
});
