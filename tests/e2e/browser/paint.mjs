// When a browser first shows a page, for the bench: takes a file with a list of pages, prints what
// it saw as JSON. Each page is opened several times with nothing kept, then with files kept.
import { readFileSync } from 'node:fs';
import { openBrowser } from './harness.mjs';

const TIMES = 7;
const asked = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const browser = await openBrowser(['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist']);

async function open(one) {
  const [height, deviceScaleFactor] = one.width < 600 ? [640, 2] : [800, 1];
  const context = await browser.newContext({ viewport: { width: one.width, height }, deviceScaleFactor });
  if (one.cookie) {
    const [name, value] = one.cookie.split(/=(.*)/);
    await context.addCookies([{ name, value, url: new URL('/', one.url).href }]);
  }
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
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
  for (let turn = 0; turn <= TIMES; turn += 1) {
    const { context, page } = await open(one);
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
await browser.close();
console.log(JSON.stringify(seen));
process.exit(0);
