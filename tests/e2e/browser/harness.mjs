// What the browser tests share: processes of the real binary, one browser, and what is looked for
// on every page: reports of the content policy, errors of scripts, sideways scroll, axe, and texts
// that are missing. Every page that is looked at leaves a picture in target/browser.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
/** The script that looks for faults of access. */
export const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = resolve(HERE, '../../..');
export const JAWLA = process.env.JAWLA_BIN ?? join(ROOT, 'target/release/jawla');
/** The link emulator, built beside the binary: `cargo build --release -p jawla-world --example link`. */
const LINK = process.env.JAWLA_LINK ?? join(dirname(JAWLA), 'examples/link');
/** Where pictures are left. */
export const PICTURES = join(ROOT, 'target/browser');
const PATIENCE_MS = 60_000;
/** So many places of a page are walked through by key. */
const TAB_STEPS_MAX = 25;

export const faults = [];
export const looked = [];

/** Notes something that is wrong; the run goes on and fails at its end. */
export function fault(where, what) {
  faults.push(`${where}: ${what}`);
  console.log(`  FAULT ${where}: ${what}`);
}

/** Stops the run unless `holds`. */
export function must(holds, what) {
  if (!holds) throw new Error(what);
}

const running = new Set();

/** A folder that is removed at the end. */
export function folder() {
  const made = mkdtempSync(join(tmpdir(), 'jawla-browser-'));
  process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Runs a command of the binary to its end and answers what it printed. */
export function run(...args) {
  const done = spawnSync(JAWLA, args, { encoding: 'utf8', cwd: ROOT });
  if (done.status !== 0 && done.status !== 3) {
    throw new Error(`jawla ${args[0]}: ${done.status ?? done.error} ${done.stderr}`);
  }
  return done.stdout;
}

/** Starts a command and waits until it has printed something that matches every pattern. */
export async function start(args, patterns) {
  const child = spawn(JAWLA, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let said = '';
  child.stderr.on('data', (piece) => { said += piece; });
  const found = await new Promise((done, failed) => {
    const late = setTimeout(() => failed(new Error(`jawla ${args[0]} said only: ${said}`)), PATIENCE_MS);
    child.on('exit', (code) => failed(new Error(`jawla ${args[0]} ended with ${code}: ${said}`)));
    child.stdout.on('data', (piece) => {
      said += piece;
      const matches = patterns.map((pattern) => said.match(pattern));
      if (matches.every(Boolean)) {
        clearTimeout(late);
        done(matches.map((match) => match[1]));
      }
    });
  });
  return { child, found };
}

/** Ends a process at once, as a kill does. */
export async function kill(child) {
  child.removeAllListeners('exit');
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
  running.delete(child);
}

process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });

/** A port of loopback that was free a moment ago. */
export async function freePort() {
  const listener = createServer();
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  const { port } = listener.address();
  await new Promise((done) => listener.close(done));
  return port;
}

/**
 * The line between phones and a server: `address` is where phones connect, `order` takes `lan`,
 * `edge`, `off`, `cut`, `count` and answers what the emulator said.
 */
export async function openLink(upstream) {
  const child = spawn(LINK, [upstream], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.add(child);
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  const answer = () => new Promise((done, failed) => {
    waiting.push(done);
    child.once('error', failed);
  });
  const first = (await answer()).match(/^link (\S+)$/);
  must(first, 'the link emulator did not start');
  return {
    address: first[1],
    async order(word) {
      const said = answer();
      child.stdin.write(`${word}\n`);
      const line = await said;
      must(!line.startsWith('unknown'), `link: ${line}`);
      return line;
    },
  };
}

/** Sets the language of a phone's pages, as a person does. */
export async function speak(page, field, language) {
  await page.goto(`${field}/moi`);
  await page.click(`form[action="/langue"] button[value="${language}"]`);
  await until('the other language', () => page.evaluate((code) => document.documentElement.lang.startsWith(code), language));
}

/** Looks at a page in Arabic, then in French; it must run the right way in both. */
export async function lookInBoth(page, field, path, name) {
  for (const language of ['ar', 'fr']) {
    await speak(page, field, language);
    await page.goto(field + path);
    const dir = await page.evaluate(() => document.documentElement.dir);
    must(dir === (language === 'ar' ? 'rtl' : 'ltr'), `${path} runs ${dir} in ${language}`);
    await look(page, `${name}-${language}`);
  }
}

/** The browser; `args` are set after its usual arguments. */
export async function openBrowser(args = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--no-first-run', '--disable-quic', '--force-color-profile=srgb', ...args],
  });
}

/** A tab that reports what goes wrong in it. */
export async function openTab(browser, name, size, options = {}) {
  const context = await browser.newContext({
    viewport: size,
    deviceScaleFactor: size.width < 600 ? 2 : 1,
    locale: 'fr-MA',
    timezoneId: 'Africa/Casablanca',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (403|404|409|422|429)|ERR_INCOMPLETE_CHUNKED/.test(message.text())) {
      fault(name, `console: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => fault(name, `script: ${error.message}`));
  return page;
}

/** Runs in the page: everything is there that a picture shows, also what lies far below. */
export const STILL = async () => {
  await document.fonts.ready;
  for (const image of document.images) image.loading = 'eager';
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
};

/** Runs in the page: how far it scrolls sideways and what sticks out, or nothing. */
export const SIDEWAYS = () => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return null;
  const out = [...document.body.querySelectorAll('*')].filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    for (let at = one; at !== document.body; at = at.parentElement) if (getComputedStyle(at).overflowX !== 'visible') return false;
    return right > clientWidth + 0.5 || left < -0.5;
  });
  const named = out.filter((one) => !out.some((other) => one !== other && one.contains(other)))
    .map((one) => `${one.tagName.toLowerCase()}.${one.className.baseVal ?? one.className} "${one.textContent.trim().slice(0, 20)}"`);
  return `scrolls ${scrollWidth - clientWidth} px sideways: ${named.slice(0, 4).join(', ')}`;
};

/** Runs in a page that holds axe: what it finds against, a line each. */
export const AXE_RUN = async () => {
  const { violations } = await globalThis.axe.run(document, {
    // Sizes are measured by ourselves: this rule takes what lies under a fixed bar for too small.
    rules: { 'target-size': { enabled: false } },
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  });
  return violations.map(({ id, nodes }) => `axe ${id}: ${nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')}`);
};

/** Looks at the page as it stands: picture, axe, texts, width. Answers the picture. */
export async function look(page, name, { axe = true, whole = false } = {}) {
  mkdirSync(PICTURES, { recursive: true });
  await page.evaluate(STILL);
  const size = page.viewportSize();
  // A window as long as the page: bars that stick to an edge then cover nothing.
  if (whole) await page.setViewportSize({ ...size, height: Math.max(size.height, await page.evaluate(() => document.documentElement.scrollHeight)) });
  const picture = await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: !whole, animations: 'disabled' });
  if (whole) await page.setViewportSize(size);
  const seen = await page.evaluate(() => ({
    text: document.body.innerText,
    html: document.documentElement.outerHTML.length,
    lost: [...document.querySelectorAll('use[href^="#"]')].map((one) => one.getAttribute('href').slice(1))
      .filter((id) => document.getElementById(id)?.localName !== 'symbol'),
  }));
  for (const id of seen.lost) fault(name, `symbol ${id} is not on the page`);
  if (seen.text.includes('⟦')) fault(name, `missing text ${seen.text.match(/⟦[^⟧]*⟧/)?.[0]}`);
  const wide = await page.evaluate(SIDEWAYS);
  if (wide) fault(name, wide);
  if (axe) {
    await page.evaluate(AXE);
    for (const violation of await page.evaluate(AXE_RUN)) fault(name, violation);
  }
  if (page.viewportSize().width < 600) {
    const small = await page.evaluate(() => [...document.querySelectorAll('main button, main select, main .button, .action a, .action button, .tabs a')]
      .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .map((one) => [one.getBoundingClientRect(), one])
      .filter(([box]) => box.width > 0 && (box.height < 47.5 || box.width < 44))
      .map(([box, one]) => `${one.textContent.trim().slice(0, 20) || one.className} ${Math.round(box.width)}x${Math.round(box.height)}`));
    for (const one of small.slice(0, 4)) fault(name, `target too small: ${one}`);
  }
  looked.push({ name, html_bytes: seen.html });
  return picture;
}

/** Walks through the page with the Tab key: what has the focus shows it, and nothing holds it. */
export async function ring(page, name) {
  const stops = new Set();
  for (let step = 0; step < TAB_STEPS_MAX; step += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(FOCUSED);
    if (stop === null || stops.has(stop.place)) break;
    stops.add(stop.place);
    if (!stop.shows) fault(name, `focus is not seen on ${stop.what}`);
  }
  if (stops.size === 0) fault(name, 'the keyboard reaches nothing');
}

/** Runs in the page: what has the focus, and whether a person sees that it does. */
export const FOCUSED = () => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const around = [one, one.closest('label'), one.nextElementSibling, one.parentElement].filter(Boolean);
  const ringed = around.map((of) => getComputedStyle(of)).some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
  // What is drawn has a line around it instead.
  const lined = [...one.querySelectorAll('circle, path')].map((of) => getComputedStyle(of)).some((style) => parseFloat(style.strokeWidth) >= 3);
  const place = [];
  for (let at = one; at.parentElement; at = at.parentElement) place.push([...at.parentElement.children].indexOf(at));
  return {
    place: place.join('.'),
    what: `${one.tagName.toLowerCase()} ${(one.getAttribute('aria-label') || one.textContent || one.name).trim().slice(0, 30)}`,
    shows: ringed || lined,
    /** Whether the window has the keyboard at all, so that a ring may be expected. */
    lit: one.matches(':focus-visible'),
  };
};

/** Waits until `check` answers something true. */
export async function until(what, check) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`in vain waited for: ${what}`);
    await new Promise((next) => setTimeout(next, 100));
  }
}

/** Does something that posts, and waits until the post was answered. */
export async function answered(page, path, act) {
  const answer = page.waitForResponse((one) => one.request().method() === 'POST' && new URL(one.url()).pathname === path);
  await act();
  return (await answer).status();
}

/** A photo as a camera makes one, drawn by the browser: JPEG. */
export async function photo(browser, path, words) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 960 } });
  await page.setContent(`<body style="margin:0;background:linear-gradient(135deg,#c9a26a,#5b7d5a);
    font:96px sans-serif;color:#fff;display:grid;place-items:center">${words}</body>`);
  writeFileSync(path, await page.screenshot({ type: 'jpeg', quality: 85 }));
  await page.close();
}

/** Ends the run with what was found. */
export function finish(report) {
  mkdirSync(PICTURES, { recursive: true });
  writeFileSync(join(PICTURES, 'report.json'), JSON.stringify({ ...report, looked, faults }, null, 2));
  console.log(`${looked.length} pages looked at, ${faults.length} faults; pictures in target/browser`);
  process.exit(faults.length === 0 ? 0 : 1);
}
