// The module between pages and shells, in a browser that a made-up shell drives: no write leaves
// the page but through the shell, in both ways in which shells speak (a port, a handler).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ROOT, fault, finish, folder, look, must, openBrowser, openTab, photo, run, start, until,
} from './harness.mjs';

const vectors = JSON.parse(readFileSync(join(ROOT, 'mobile/contract/bridge.json'), 'utf8'));
const data = folder();
await start(['serve', '--data', data, '--listen', '127.0.0.1:0', '--local', '127.0.0.1:0'], [/(http:\S+\/bienvenue\?lien=\S+)/]);
run('import', 'projects', 'data/demo-projects.csv', '--demonstration', '--data', data);
const picture = join(data, 'camera.jpg');
const browser = await openBrowser();
await photo(browser, picture, 'appareil');

/** What a shell does with an order: the same as the real ones, over a served phone. */
function shell(field, orders) {
  const post = (path, headers, body) => fetch(field + path, {
    method: 'POST', headers: [...headers, ['origin', field]], body, redirect: 'manual',
  });
  return async (text) => {
    const order = JSON.parse(text);
    orders.push(order);
    const ok = (details) => JSON.stringify({ id: order.id, ok: details });
    const refuse = (code) => JSON.stringify({ id: order.id, fault: { code } });
    if (order.v !== 1) return refuse('unknown-contract');
    if (order.do === 'hello') return ok({ v: 1, can: ['photo', 'scan', 'position', 'print', 'share'] });
    if (order.do === 'http') {
      if (!order.path?.startsWith('/') || !order.method) return refuse('bad-order');
      const answer = await post(order.path, order.headers, order.body);
      return ok({ status: answer.status, headers: [...answer.headers], body: await answer.text() });
    }
    if (order.do === 'photo') {
      if (!/^[0-9a-f]{32}$/.test(order.document)) return refuse('bad-order');
      await post(`/visites/${order.document}/${order.visit}/photos?role=${order.role}`,
        [['content-type', 'image/jpeg'], ['x-jawla', 'fetch']], readFileSync(picture));
      return ok({});
    }
    if (order.do === 'scan') return ok({ text: scanned });
    if (['position', 'print', 'share'].includes(order.do)) return ok({});
    return refuse('unknown-order');
  };
}

/** Runs in the page before its scripts: how Android and iOS speak to a page. */
const ANDROID = () => addEventListener('load', () => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = async (message) => port1.postMessage(await window.theShell(message.data));
  window.fromShell = (text) => port1.postMessage(text);
  window.postMessage('jawla', '*', [port2]);
});
const IOS = () => {
  window.fromShell = (text) => window.jawlaBridge?.hear(text);
  window.webkit = { messageHandlers: { jawla: { postMessage: (text) => window.theShell(text) } } };
};

let scanned = '';
for (const [name, speaks] of [['android', ANDROID], ['ios', IOS]]) {
  console.log(`the bridge as ${name} speaks it`);
  scanned = JSON.parse(run('invite', '--data', data, '--scope', '053110513', '--role', 'team_member',
    '--name', `Bouchra ${name}`, '--json')).invitation;
  const { found: [field] } = await start(['field', '--store', folder(), '--listen', '127.0.0.1:0'], [/(http:\S+)\//]);
  const orders = [];
  const page = await openTab(browser, `bridge-${name}`, { width: 360, height: 640 }, { userAgent: `Mozilla/5.0 JawlaShell/1 (${name})` });
  await page.exposeFunction('theShell', shell(field, orders));
  await page.addInitScript(speaks);
  await page.route('**/*', (route) => {
    const request = route.request();
    if (['GET', 'HEAD'].includes(request.method())) return route.continue();
    fault(`bridge-${name}`, `${request.method()} ${new URL(request.url()).pathname} left the page without the shell`);
    return route.abort();
  });
  const made = (what) => orders.filter((order) => order.do === what);

  await page.goto(`${field}/`);
  await page.click('button[value="fr"]');
  await page.waitForSelector('#invitation');
  must(made('http').some((order) => order.path === '/langue'), 'the language was not chosen through the shell');
  await page.fill('#invitation', 'rien');
  await page.click('form.entry button[type="submit"]');
  await page.waitForSelector('#invitation-e, [role="alert"], .alert');
  await page.goto(`${field}/entree`);
  await page.waitForSelector('[data-scan]:not([hidden])');
  await page.click('[data-scan]');
  await until('what was scanned', async () => (await page.inputValue('#invitation')) === scanned);
  await page.fill('#appareil', name);
  await page.click('form.entry button[type="submit"]');
  await until('the first installation', async () => {
    await page.goto(`${field}/`);
    return page.url().endsWith('/a-faire');
  });

  await page.goto(`${field}/projets`);
  const project = await page.getAttribute('main a[href^="/projets/"]', 'href');
  await page.goto(`${field}${project}/nouvelle-visite`);
  await page.click('form button[value="suivi"]');
  await until('the new visit', async () => /\/visites\//.test(page.url()));
  await page.waitForLoadState();
  const visit = page.url();
  const opened = () => page.evaluate(() => { for (const fold of document.querySelectorAll('details')) fold.open = true; });
  await opened();
  await page.fill('textarea[name="note"]', 'Écrit par le pont · عبر الجسر');
  await until('the typing', () => made('http').find((order) => order.path.endsWith('/champ') && order.body.includes('note')));
  await page.click('[data-locate]');
  await until('the order for a position', () => made('position').length);
  await page.evaluate(() => window.fromShell(JSON.stringify({ event: 'position', latitude: 32.88, longitude: -6.9, accuracy_m: 8 })));
  await until('the position', () => made('http').find((order) => order.body?.includes('328800000')));
  await until('the end of watching', () => made('position').some((order) => order.on === false));
  // Not by force: the answer about the position moves the page under the finger.
  await page.click('form[data-photo] input[type=file]');
  await until('the photo', () => page.$('img[src^="/fichier/"]'));
  must(made('photo')[0].role, 'the photo has no role');
  await look(page, `bridge-${name}-visit`);
  await page.goto(visit);
  await opened();
  must((await page.inputValue('textarea[name="note"]')).includes('عبر الجسر'), 'what was typed is not there');
  await page.evaluate(() => window.fromShell(JSON.stringify({ event: 'open', path: '/envois' })));
  await until('the page of what is sent', async () => /\/envois$/.test(page.url()));
  await page.waitForLoadState(); // its address changes before its scripts are there to hear
  await page.evaluate(() => window.fromShell('{ not json'));

  for (const { name: says, order, answer } of vectors.steps) {
    const got = JSON.parse(await page.evaluate((text) => window.theShell(text), JSON.stringify(order)));
    const wrong = differs(answer, got, 'answer');
    if (wrong) fault(`bridge-${name}`, `vector "${says}": ${wrong}`);
  }
}
await browser.close();
finish({});

/** Where what came differs from what the contract says; nothing if it does not. */
function differs(wanted, got, place) {
  const kinds = { '<text>': (one) => typeof one === 'string', '<number>': (one) => typeof one === 'number', '<list>': Array.isArray };
  if (kinds[wanted]) return kinds[wanted](got) ? '' : `${place} is ${JSON.stringify(got)}, not ${wanted}`;
  if (wanted === null || typeof wanted !== 'object') return wanted === got ? '' : `${place} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`;
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(got ?? {})])) {
    const wrong = differs(wanted[key], got?.[key], `${place}.${key}`);
    if (wrong) return wrong;
  }
  return '';
}
