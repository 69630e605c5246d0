// When a browser first shows a page, for the bench: takes a file with a list of pages, prints what
// it saw as JSON. Each page is opened several times with nothing kept, then with files kept.
//
// The office's map needs WebGL, which a machine without a graphics card only has by computing it;
// then Chromium draws every page that way, and half of a first paint is the imitation of a card
// that a phone has. Pages of the phone hold nothing that needs it: they are drawn as Chromium
// does by itself.
import { readFileSync } from 'node:fs';
import { openBrowser } from './harness.mjs';

const TIMES = { phone: 20, office: 7 };
// Time for what the browser starts and ends around a tab, which is no part of opening a page.
const SETTLE_MS = 700;
const WEBGL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
const asked = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const browsers = { phone: await openBrowser(), office: await openBrowser(WEBGL) };

async function open(one, shell) {
  const [height, deviceScaleFactor] = shell === 'phone' ? [640, 2] : [800, 1];
  const context = await browsers[shell].newContext({ viewport: { width: one.width, height }, deviceScaleFactor });
  if (one.cookie) {
    const [name, value] = one.cookie.split(/=(.*)/);
    await context.addCookies([{ name, value, url: new URL('/', one.url).href }]);
  }
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await page.waitForTimeout(SETTLE_MS);
  await session.send('Emulation.setCPUThrottlingRate', { rate: one.throttle });
  return { context, page };
}

async function look(page, url) {
  const answer = await page.goto(url, { waitUntil: 'load' });
  if (!answer.ok()) throw new Error(`${url}: ${answer.status()}`);
  return page.evaluate(() => new Promise((done) => {
    const answer = (entry) => {
      const { loadEventEnd, domContentLoadedEventEnd } = performance.getEntriesByType('navigation')[0];
      done({ paint: entry.startTime, load: loadEventEnd || domContentLoadedEventEnd });
    };
    new PerformanceObserver((list) => {
      const entry = list.getEntriesByName('first-contentful-paint')[0];
      if (entry) answer(entry);
    }).observe({ type: 'paint', buffered: true });
  }));
}

const seen = [];
for (const one of asked) {
  const found = { name: one.name, throttle: one.throttle, cold_ms: [], warm_ms: [], load_ms: [] };
  const shell = one.width < 600 ? 'phone' : 'office';
  for (let turn = 0; turn <= TIMES[shell]; turn += 1) {
    const { context, page } = await open(one, shell);
    const cold = await look(page, one.url);
    const warm = await look(page, one.url);
    await context.close();
    // The first turn starts the browser's own processes.
    if (turn === 0) continue;
    found.cold_ms.push(cold.paint);
    found.load_ms.push(cold.load);
    found.warm_ms.push(warm.paint);
  }
  seen.push(found);
}
for (const browser of Object.values(browsers)) await browser.close();
console.log(JSON.stringify(seen));
process.exit(0);
