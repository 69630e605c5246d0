// A picture of every main page in both languages, compared with the goldens: the phone's in its own
// look, in the sun and with the largest text, the office's also at twice the size. Every page passes
// what `look` asks as well. `--update` keeps what is seen; look at it before it is committed.
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';
import { PICTURES, SIDEWAYS, fault, finish, look, must, openBrowser, openTab, ring } from './harness.mjs';
import { goldens } from './goldens.mjs';
import { OFFICE, PHONE, cookies, office, phone } from './scenes.mjs';

const GOLDENS = join(dirname(fileURLToPath(import.meta.url)), 'goldens/chromium');
const SMALL = { width: 360, height: 640 };
const LARGE = { width: 1280, height: 800 };
/** What a person sees of the office who has set the browser to 200 %. */
const TWICE = { width: 640, height: 400 };
/** How far down a picture is compared: two screens of a phone, a little more than one of a desk. */
const LONG = { phone: 1_280, desk: 1_000 };
const AT_ONCE = 2;

const update = process.argv.includes('--update');
const only = process.argv.slice(2).find((word) => !word.startsWith('--'));
const kept = goldens(GOLDENS, PICTURES, update);
const browser = await openBrowser(['--disable-gpu', '--disable-3d-apis']);
const began = Date.now();

/** All pictures to take: the tab's size, where, the name. */
const wanted = [];
for (const language of ['fr', 'ar']) {
  for (const scene of PHONE) {
    if (scene.once && language === 'ar') continue;
    for (const look of scene.main ? [null, 'soleil', 'grand'] : [null]) {
      const name = ['phone', scene.name, ...look ? [look] : [], ...scene.once ? [] : [language]].join('-');
      wanted.push({ name, language: scene.once ? null : language, size: SMALL, address: async () => await phone(scene.on, language, look) + scene.path });
    }
  }
  for (const scene of OFFICE) {
    for (const size of scene.main ? [LARGE, TWICE] : [LARGE]) {
      const name = ['office', scene.name, ...size === TWICE ? ['twice'] : [], language].join('-');
      wanted.push({ name, language, size, scene, address: async () => await office() + scene.path });
    }
  }
}

const scale = (size) => size === LARGE ? 1 : 2;
const how = (size) => ({ scale: scale(size), long: size === SMALL ? LONG.phone : LONG.desk });

/** A tab for each size, kept: its files are read once. */
async function tab(tabs, size) {
  if (!tabs.has(size)) tabs.set(size, await openTab(browser, 'pictures', size, { deviceScaleFactor: scale(size), reducedMotion: 'reduce' }));
  return tabs.get(size);
}

async function take(tabs, { name, language, size, scene, address }) {
  const at = await address();
  const page = await tab(tabs, size);
  await page.context().clearCookies();
  if (scene) {
    await page.context().addCookies(cookies(language, scene.signedOut)
      .map(([name, value]) => ({ name, value, url: new URL('/', at).href })));
  }
  await page.goto(at);
  await page.evaluate(UNSTUCK);
  if (language) {
    const dir = await page.evaluate(() => document.documentElement.dir);
    if (dir !== (language === 'ar' ? 'rtl' : 'ltr')) fault(name, `runs ${dir}`);
  }
  let wrong = await kept.judge(name, await look(page, name, { whole: true }), how(size));
  // Now and then Chromium sets a few letters of a line half a pixel aside: what is wrong with the
  // page is wrong again when it is asked for anew.
  for (let again = 0; wrong && again < 2; again += 1) {
    await page.goto(at);
    await page.evaluate(UNSTUCK);
    wrong = await kept.judge(name, await look(page, name, { whole: true, axe: false }), how(size));
  }
  if (wrong) fault(name, wrong);
  if (size === SMALL) await largest(page, name);
  await ring(page, name);
}

/** Runs in the page: heads of tables lie in the table. Where they stick they are layers of their own,
 * which Chromium sets a fraction of a pixel aside, each time another; on a page that is not scrolled
 * a person sees no difference. Neither with sections that are laid out only when they come near: one
 * that was is a fraction of a pixel off. */
const UNSTUCK = () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('thead th { position: static !important; } section { content-visibility: visible !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
};

/** Nothing leaves the page with the phone's text at twice the size. (The office's is the browser's zoom: `TWICE`.) */
async function largest(page, name) {
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  const wide = await page.evaluate(SIDEWAYS);
  if (wide) fault(name, `text at 200 %: ${wide}`);
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
}

const rest = wanted.filter(({ name }) => !only || name.includes(only));
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  const tabs = new Map();
  for (let next = rest.shift(); next; next = rest.shift()) await take(tabs, next);
}));
if (!only) for (const name of kept.rest()) fault(name, 'a golden of which no picture is taken');

// The judge sees a colour that turns on a real page, or it judges nothing.
if (!update && !only) {
  const name = 'phone-todo-fr';
  const page = await openTab(browser, 'turned', SMALL, { reducedMotion: 'reduce' });
  await page.goto(`${await phone('day', 'fr')}/a-faire`);
  await page.evaluate(() => document.documentElement.style.setProperty('--accent', '#5c4a0e'));
  const picture = await look(page, 'turned', { whole: true, axe: false });
  const seen = await goldens(GOLDENS, join(PICTURES, 'turned')).judge(name, picture, how(SMALL));
  must(/pixels differ/.test(seen ?? ''), `the accent turned and the judge saw nothing: ${seen}`);
}
await browser.close();
console.log(`${kept.count()} pictures in ${Math.round((Date.now() - began) / 1000)} s; those that passed differ in ${kept.most()} pixels at most`);
finish({ pictures: kept.count(), pixels_most: kept.most() });
