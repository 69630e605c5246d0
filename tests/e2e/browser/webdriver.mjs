// WebKitGTK through its driver: the W3C protocol over plain HTTP, on a screen of its own that nobody
// sees. Every answer has a bound; screen, driver and browser end with this process.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { folder, freePort, must } from './harness.mjs';

const MINI_BROWSER = process.env.WEBKIT ?? '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const ANSWER_MS = 60_000;
/** Large enough for the longest page at its full length. */
const SCREEN = '1400x9000x24';
/** MiniBrowser's own tools are wider than a phone, so they are made small; pages do not see this. */
const TOOLS = '* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; font-size: 4px; }';
/** The name of an element in the protocol's answers. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

const running = [];
/** Ends what was started, the driver with its browsers first. */
export function end() {
  for (const child of running.splice(0).reverse()) {
    try { process.kill(-child.pid, 'SIGKILL'); } catch { child.kill('SIGKILL'); }
  }
}
process.on('exit', end);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** Starts a program in a group of its own, so that its children end with it. */
function launch(program, args, options) {
  const child = spawn(program, args, { detached: true, ...options });
  running.push(child);
  child.on('error', (error) => { console.error(`${program}: ${error.message}`); process.exit(1); });
  return child;
}

/** A screen with a number that nobody uses: the server chooses and tells it. */
async function openScreen() {
  const child = launch('Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return new Promise((done, failed) => {
    const late = setTimeout(() => failed(new Error('no screen')), ANSWER_MS);
    child.on('exit', (code) => failed(new Error(`the screen ended with ${code}`)));
    child.stdio[3].once('data', (number) => {
      clearTimeout(late);
      done(`:${String(number).trim()}`);
    });
  });
}

/** A browser with one window. */
export async function openWebKit() {
  const display = await openScreen();
  const port = await freePort();
  const settings = folder();
  mkdirSync(join(settings, 'gtk-3.0'));
  writeFileSync(join(settings, 'gtk-3.0/gtk.css'), TOOLS);
  launch('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display, GDK_BACKEND: 'x11', LIBGL_ALWAYS_SOFTWARE: '1', NO_AT_BRIDGE: '1',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', XDG_CONFIG_HOME: settings, TZ: 'Africa/Casablanca',
    },
  });
  const base = `http://127.0.0.1:${port}`;

  async function ask(method, path, body) {
    const answer = await fetch(base + path, {
      method, signal: AbortSignal.timeout(ANSWER_MS),
      ...body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error} ${value.message}`);
    return value;
  }

  const until = Date.now() + ANSWER_MS;
  while (!(await ask('GET', '/status').then((status) => status.ready, () => false))) {
    must(Date.now() < until, 'WebKitWebDriver does not answer');
    await rest(50);
  }
  const { sessionId, capabilities } = await ask('POST', '/session', {
    capabilities: {
      alwaysMatch: {
        pageLoadStrategy: 'normal',
        timeouts: { script: ANSWER_MS, pageLoad: ANSWER_MS, implicit: 0 },
        'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] },
      },
    },
  });
  const session = `/session/${sessionId}`;
  const post = (path, body = {}) => ask('POST', session + path, body);
  const find = async (selector) => (await post('/element', { using: 'css selector', value: selector }))[ELEMENT];

  return {
    version: capabilities.browserVersion,
    goto: (url) => post('/url', { url }),
    address: () => ask('GET', `${session}/url`),
    /** Runs a function of the page with these arguments; what it answers is waited for. */
    async evaluate(act, ...args) {
      const script = `const done = arguments[arguments.length - 1];
        Promise.resolve((${act})(...[...arguments].slice(0, -1))).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const answer = await post('/execute/async', { script, args });
      must(answer.error === undefined, answer.error);
      return answer.value;
    },
    /** Runs a script that is not a function of ours, such as axe. */
    script: (script) => post('/execute/sync', { script, args: [] }),
    async click(selector) { await post(`/element/${await find(selector)}/click`); },
    async type(selector, text) { await post(`/element/${await find(selector)}/value`, { text }); },
    async clear(selector) { await post(`/element/${await find(selector)}/clear`); },
    async key(key) {
      await post('/actions', { actions: [{ type: 'key', id: 'keys', actions: [{ type: 'keyDown', value: key }, { type: 'keyUp', value: key }] }] });
    },
    clearCookies: () => ask('DELETE', `${session}/cookie`),
    setCookie: (cookie) => post('/cookie', { cookie }),
    /** Makes the page so large, and waits until it is. */
    async resize(width, height) {
      const late = Date.now() + ANSWER_MS;
      for (;;) {
        const [wide, long] = await this.evaluate(() => [innerWidth, innerHeight]);
        if (wide === width && long === height) return;
        must(Date.now() < late, `the window stays at ${wide}x${long}`);
        const outer = await ask('GET', `${session}/window/rect`);
        await post('/window/rect', { x: 0, y: 0, width: outer.width + width - wide, height: outer.height + height - long });
        await rest(200);
      }
    },
    picture: async () => Buffer.from(await ask('GET', `${session}/screenshot`), 'base64'),
    async close() { await ask('DELETE', session).catch(() => {}); end(); },
  };
}
