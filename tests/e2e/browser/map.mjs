// The map of the office: live where there is WebGL, in both languages; the drawing where there is
// none, where the context is lost, and on paper.
import { fault, finish, folder, look, must, openBrowser, openTab, run, start, until } from './harness.mjs';

const SOFTWARE = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
const WITHOUT = ['--disable-gpu', '--disable-3d-apis'];
const SIZE = { width: 1280, height: 900 };
const PASSWORD = 'le figuier du puits';
const LOGIN = 'salma.admin';

const data = folder();
const server = await start(['serve', '--data', data, '--listen', '127.0.0.1:0', '--local', '127.0.0.1:0'],
  [/bureau, sur cette machine : (http:\S+)\//, /(http:\S+\/bienvenue\?lien=\S+)/]);
const [office, welcome] = server.found;
const browser = await openBrowser(SOFTWARE);
const judge = await browser.newPage();
const figures = {};
const began = Date.now();
const step = (words) => console.log(`${words} (${Math.round((Date.now() - began) / 1000)} s)`);

/** How many colours stand in a picture of an element, and the share of the one seen most. */
async function colours(page, selector) {
  const picture = await page.locator(selector).screenshot();
  return judge.evaluate(async (encoded) => {
    const image = new Image();
    image.src = `data:image/png;base64,${encoded}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data: bytes } = context.getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Map();
    for (let at = 0; at < bytes.length; at += 4) {
      const colour = (bytes[at] >> 3) << 10 | (bytes[at + 1] >> 3) << 5 | bytes[at + 2] >> 3;
      seen.set(colour, (seen.get(colour) ?? 0) + 1);
    }
    return { different: seen.size, most: Math.max(...seen.values()) / (bytes.length / 4) };
  }, picture.toString('base64'));
}

async function drawn(page, selector, name) {
  const found = await colours(page, selector);
  if (found.different < 40 || found.most > 0.9) fault(name, `blank: ${JSON.stringify(found)}`);
  return found.different;
}

/** A tab that notes what the content policy refuses and which addresses are asked. */
async function openMapTab(from, name) {
  const page = await openTab(from, name, SIZE);
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('worker', (worker) => asked.push(worker.url()));
  await page.addInitScript(() => addEventListener('securitypolicyviolation',
    (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
  return { page, asked };
}

async function signIn(page) {
  await page.goto(`${office}/connexion`);
  await page.fill('input[name="identifiant"]', LOGIN);
  await page.fill('input[name="mot_de_passe"]', PASSWORD);
  await page.click('main form button');
  await page.waitForURL(`${office}/`);
}

async function speak(page, language) {
  const spoken = () => page.evaluate((code) => document.documentElement.lang.startsWith(code), language);
  await page.goto(`${office}/`);
  if (!(await spoken())) await page.click(`form[action="/langue"] button[value="${language}"]`);
  await until('the other language', spoken);
}

async function openMap(page, query = '') {
  const asked = Date.now();
  await page.goto(`${office}/carte${query}`);
  await page.waitForSelector('.map-place.live');
  return Date.now() - asked;
}

const isDrawing = (page) => page.evaluate(() => document.querySelector('.map-live') === null
  && getComputedStyle(document.querySelector('svg.map')).visibility === 'visible');

step('1. nothing on the map yet');
const { page, asked } = await openMapTab(browser, 'map');
await page.goto(welcome);
await page.fill('input[name="identifiant"]', LOGIN);
await page.fill('input[name="mot_de_passe"]', PASSWORD);
await page.fill('input[name="encore"]', PASSWORD);
await page.click('main form button');
await page.waitForURL(`${office}/`);
must(!asked.some((url) => url.includes('maplibre')), 'the library of the map is loaded outside the map');
await openMap(page);
must(await page.locator('.map-key .empty').isVisible(), 'an empty map does not say so');
must(await page.locator('.cluster').count() === 0, 'clusters of nothing');
await look(page, 'map-empty-fr');

step('2. live, in both languages');
run('import', 'projects', 'data/demo-projects.csv', '--demonstration', '--data', data);
for (const language of ['fr', 'ar']) {
  await speak(page, language);
  asked.length = 0;
  figures[`live_${language}_ms`] = await openMap(page);
  await until('clusters', async () => (await page.locator('.cluster').count()) > 2);
  must(asked.some((url) => url.includes('maplibre-worker')), 'no worker');
  const foreign = asked.find((url) => !url.startsWith(office) && !url.startsWith('data:'));
  must(!foreign, `asked elsewhere: ${foreign}`);
  figures[`colours_${language}`] = await drawn(page, '.map-place', `map in ${language}`);
  await look(page, `map-live-${language}`);
  must(await page.evaluate(() => getComputedStyle(document.querySelector('svg.map')).visibility) === 'hidden',
    'the drawing shows under the live map');
}
await speak(page, 'fr');
await openMap(page);
const whole = await page.locator('.cluster').evaluateAll((all) => all.map((one) => Number(one.textContent)));
figures.clusters = whole.length;

step('3. a click on a cluster comes nearer, down to one project and its card');
for (let turn = 0; turn < 12 && (await page.locator('.cluster').count()) > 0; turn += 1) {
  const clusters = page.locator('.cluster');
  const before = await clusters.evaluateAll((all) => all.map((one) => one.textContent).join());
  await clusters.first().focus();
  await page.keyboard.press('Enter');
  await until('nearer', async () => (await clusters.evaluateAll((all) => all.map((one) => one.textContent).join())) !== before);
}
// Points are painted: a hand that searches finds one, for each is 12 pixels wide and more.
const box = await page.locator('.map-live').boundingBox();
search: for (let y = box.height / 2 % 10 + 60; y < box.height - 40; y += 10) {
  for (let x = 60; x < box.width - 60; x += 10) {
    await page.mouse.move(box.x + x, box.y + y);
    const hand = await page.evaluate(() => document.querySelector('.maplibregl-canvas').style.cursor === 'pointer');
    if (!hand) continue;
    await page.mouse.click(box.x + x, box.y + y);
    break search;
  }
}
await page.waitForSelector('.map-card a');
await look(page, 'map-card-fr');
const project = await page.getAttribute('.map-card a', 'href');
await page.keyboard.press('Escape');
must(await page.locator('.map-card').count() === 0, 'Escape leaves the card open');
must((await page.request.get(office + project)).ok(), 'the card leads nowhere');

step('4. filters of the address; the same points are not sent twice');
const points = async (query, headers = {}) => page.request.get(`${office}/carte/projets.geojson${query}`, { headers });
const all = await points('');
const some = await points('?etat=AC');
const number = async (answer) => (await answer.json()).features.length;
must(await number(some) > 0 && await number(some) < await number(all), 'the filter holds nothing back');
must((await points('', { 'if-none-match': all.headers().etag })).status() === 304, 'the same points are sent again');
must((await points('?etat=AC', { 'if-none-match': all.headers().etag })).status() === 200, 'other points have the same mark');
figures.points = await number(all);
figures.points_bytes = (await all.body()).length;
await openMap(page, '?etat=AC');
must(await page.locator('.map-filtered').isVisible(), 'the map does not say that it is filtered');
await look(page, 'map-filtered-fr');

step('5. the page refreshes itself: the map is drawn again');
await openMap(page);
await page.evaluate(() => {
  const main = document.querySelector('main');
  const fresh = main.cloneNode(true);
  // As the server sends it: what the script added is not there.
  fresh.querySelectorAll('.map-live, .map-acts, .map-card').forEach((one) => one.remove());
  fresh.querySelector('.map-place').classList.remove('live');
  main.replaceWith(fresh);
});
await until('one live map again', async () => page.evaluate(() =>
  document.querySelectorAll('.map-place.live .maplibregl-canvas').length === 1));

step('6. on paper, and when the context is lost, the drawing');
await page.emulateMedia({ media: 'print' });
must(await page.evaluate(() => getComputedStyle(document.querySelector('svg.map')).visibility) === 'visible', 'no drawing on paper');
await page.emulateMedia({ media: 'screen' });
await page.evaluate(() => document.querySelector('.maplibregl-canvas').getContext('webgl2').getExtension('WEBGL_lose_context').loseContext());
await until('the drawing', () => isDrawing(page));
await look(page, 'map-lost-fr');
await browser.close().catch(() => {});

step('7. without WebGL');
const plain = await openBrowser(WITHOUT);
const without = await openMapTab(plain, 'map without WebGL');
await signIn(without.page);
await without.page.goto(`${office}/carte`, { waitUntil: 'networkidle' });
must(await isDrawing(without.page), 'no drawing without WebGL');
must(!without.asked.some((url) => url.includes('maplibre')), 'a megabyte for nothing');
await look(without.page, 'map-drawing-fr');
await plain.close();
console.log(JSON.stringify(figures));
finish({ map: figures });
