// The office's pages kept fresh, photos over the page. Every page works without this file.
"use strict";

const find = (selector, root = document) => root.querySelector(selector);

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

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

// The name of a file that was chosen, or dropped, beside the button that chooses it.
document.addEventListener("change", (event) => {
  const picked = event.target.type === "file" && find("[data-picked]", event.target.parentElement);
  if (picked && event.target.files.length) picked.textContent = event.target.files[0].name;
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
    find("details.edit[open], details.keep[open], .review details[open], dialog[open], [name=parmi]:checked") !== null;
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
    document.dispatchEvent(new Event("refreshed"));
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
