// Between the pages and the shell of a phone's app. The shell answers reads by itself (it catches
// the page's requests); what it cannot catch goes as messages: writes, photos, position, scanning.
// In a browser this file does nothing. The contract stands in docs/shells.md.

const CONTRACT = 1;
const SHELL = "JawlaShell/";
const READS = ["GET", "HEAD"];

if (navigator.userAgent.includes(SHELL) && !window.jawlaBridge) install();

function install() {
  const native = window.fetch.bind(window);
  const waiting = new Map();
  const unsent = [];
  const watchers = new Map();
  let able = [];
  let send;
  let last = 0;

  /** One order to the shell; resolves with what it answers, rejects with an error that has `code`. */
  function order(what, details = {}) {
    last += 1;
    const id = last;
    const text = JSON.stringify({ v: CONTRACT, id, do: what, ...details });
    const answer = new Promise((done, failed) => waiting.set(id, { done, failed }));
    if (send) send(text);
    else unsent.push(text);
    return answer;
  }

  function connect(how) {
    send = how;
    for (const text of unsent.splice(0)) send(text);
  }

  /** What the shell says: an answer to an order, or an event. */
  function hear(text) {
    let said;
    try { said = JSON.parse(text); } catch { return; }
    const asked = waiting.get(said.id);
    if (asked) {
      waiting.delete(said.id);
      if (said.fault) asked.failed(Object.assign(new Error(said.fault.code), said.fault));
      else asked.done(said.ok ?? {});
      return;
    }
    if (said.event === "changed") dispatchEvent(new CustomEvent("jawla:changed", { detail: said.names }));
    if (said.event === "open" && said.path?.startsWith("/")) location.assign(said.path);
    if (said.event === "position") for (const one of watchers.values()) one.found(place(said));
    if (said.event === "no-position") for (const one of watchers.values()) one.failed?.({ code: said.code, message: "" });
  }

  // Android hands over a port when the page has loaded; iOS is asked through its handler.
  addEventListener("message", (event) => {
    const [port] = event.ports ?? [];
    if (event.data !== "jawla" || !port) return;
    port.onmessage = (message) => hear(message.data);
    connect((text) => port.postMessage(text));
  });
  const handler = window.webkit?.messageHandlers?.jawla;
  if (handler) connect((text) => handler.postMessage(text).then(hear, () => hear(refusal(text))));

  const refusal = (text) => JSON.stringify({ id: JSON.parse(text).id, fault: { code: "shell" } });

  /** `fetch` for what is not a read; a redirection is followed by a read. */
  async function write(address, options) {
    const to = new URL(address, location.href);
    // Not by `origin`: under a scheme of an app's own some web views have none.
    if (to.protocol !== location.protocol || to.host !== location.host) throw new TypeError("only this phone's pages are asked");
    const body = options.body === undefined || options.body === null ? "" : String(options.body);
    const headers = [...new Headers(options.headers)];
    if (options.body instanceof URLSearchParams) headers.push(["content-type", "application/x-www-form-urlencoded;charset=UTF-8"]);
    const said = await order("http", { method: options.method.toUpperCase(), path: to.pathname + to.search, headers, body });
    const led = said.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
    if (said.status === 303 && led) return native(led, { headers: { accept: "text/html" } }).then((answer) => at(answer, new URL(led, to)));
    const empty = [204, 205, 304].includes(said.status);
    return at(new Response(empty ? null : said.body, { status: said.status, headers: said.headers }), to);
  }
  const at = (answer, address) => Object.defineProperty(answer, "url", { value: address.href });

  window.fetch = (address, options = {}) => {
    const reads = READS.includes((options.method ?? "GET").toUpperCase());
    return typeof address === "string" || address instanceof URL ? (reads ? native(address, options) : write(address, options)) : native(address, options);
  };
  navigator.sendBeacon = (address, body) => {
    write(address, { method: "POST", body }).catch(() => {});
    return true;
  };

  // Forms that no script of the page took.
  const post = async (form, button) => {
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await write(button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href, { method: "POST", body });
    if (answer.ok && answer.url !== location.href) location.assign(answer.url);
    else if (answer.ok) location.reload();
    else stand(await answer.text());
  };
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    event.preventDefault();
    post(form, event.submitter);
  });
  HTMLFormElement.prototype.submit = function submit() { post(this); };

  /** Shows a page that answers a refused form, under the address of the form. */
  function stand(html) {
    document.open();
    document.write(html);
    document.close();
  }

  // Photos: taken by the shell, handed to the core by path; no picture crosses the bridge.
  addEventListener("click", (event) => {
    const input = event.target.closest?.("form[data-photo] input[type=file]");
    if (!input || !able.includes("photo")) return;
    event.preventDefault();
    const action = new URL(input.form.action);
    const [, , document_, visit] = action.pathname.split("/");
    const source = input.hasAttribute("capture") ? "camera" : "gallery";
    order("photo", { document: document_, visit, role: action.searchParams.get("role"), source })
      .then(() => dispatchEvent(new CustomEvent("jawla:photo", { detail: {} })))
      .catch((fault) => dispatchEvent(new CustomEvent("jawla:photo", { detail: { fault: fault.sentence ?? fault.code } })));
  }, true);

  // Position: the platform's own, with its accuracy; a page of an own scheme has none.
  const place = (said) => ({
    coords: { latitude: said.latitude, longitude: said.longitude, accuracy: said.accuracy_m },
    timestamp: Date.now(),
  });
  let watch = 0;
  const geolocation = {
    watchPosition(found, failed) {
      watch += 1;
      const id = watch;
      watchers.set(id, { found, failed });
      if (watchers.size === 1) order("position", { on: true }).catch((fault) => failed?.({ code: fault.code === "denied" ? 1 : 2, message: "" }));
      return id;
    },
    clearWatch(id) {
      if (watchers.delete(id) && watchers.size === 0) order("position", { on: false }).catch(() => {});
    },
    getCurrentPosition(found, failed) {
      const id = geolocation.watchPosition(
        (one) => { geolocation.clearWatch(id); found(one); },
        (fault) => { geolocation.clearWatch(id); failed?.(fault); },
      );
    },
  };
  Object.defineProperty(navigator, "geolocation", { value: geolocation });

  window.print = () => { order("print").catch(() => {}); };
  navigator.share = (what) => order("share", { title: what.title ?? "", text: what.text ?? "", path: what.url ?? "" });

  window.jawlaBridge = { hear, order, scan: undefined };
  order("hello").then((shell) => {
    able = shell.can ?? [];
    if (able.includes("scan")) window.jawlaBridge.scan = () => order("scan").then(({ text }) => text);
    dispatchEvent(new CustomEvent("jawla:ready", { detail: able }));
  }, () => {});
}
