// The same pages in WebKitGTK, the other family of browsers (iPhones): the phone's and the office's
// main ones in both languages, each looked at as in Chromium and compared with goldens of its own;
// then the page's own modules at work: typing is kept, a tap settles, a key goes from place to place.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AXE, AXE_RUN, FOCUSED, PICTURES, SIDEWAYS, STILL, fault, finish, must, until } from './harness.mjs';
import { RESTLESS, goldens } from './goldens.mjs';
import { OFFICE, PHONE, cookies, id, office, phone } from './scenes.mjs';
import { openWebKit } from './webdriver.mjs';

const GOLDENS = join(dirname(fileURLToPath(import.meta.url)), 'goldens/webkit');
/** Sizes of the window: as wide as a phone and as a desk, somewhat longer, so that more is compared. */
const SMALL = [360, 1_000];
const LARGE = [1_280, 1_000];
const TAB = '\uE004';
const TAB_STEPS = 12;
/** All of it, or it hangs: about two minutes on a quiet machine. */
const RUN_MS = 900_000;
setTimeout(() => { console.error('WebKit took too long'); process.exit(1); }, RUN_MS).unref();

const update = process.argv.includes('--update');
const only = process.argv.slice(2).find((word) => !word.startsWith('--'));
mkdirSync(PICTURES, { recursive: true });
const kept = goldens(GOLDENS, PICTURES, update, RESTLESS);
const began = Date.now();
const webkit = await openWebKit();

/** What is wrong with the page as it stands, its picture taken and judged. */
async function look(name, language) {
  await webkit.evaluate(STILL);
  // The bar of the window fades away after a while: not in a picture.
  await webkit.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('::-webkit-scrollbar { display: none; } * { scrollbar-width: none; }');
    document.adoptedStyleSheets = [sheet];
  });
  const seen = await webkit.evaluate(() => ({
    dir: document.documentElement.dir,
    text: document.body.innerText,
  }));
  if (language && seen.dir !== (language === 'ar' ? 'rtl' : 'ltr')) fault(name, `runs ${seen.dir} in ${language}`);
  if (seen.text.includes('⟦')) fault(name, `missing text ${seen.text.match(/⟦[^⟧]*⟧/)?.[0]}`);
  if (seen.text.trim().length < 40) fault(name, `says almost nothing: ${seen.text}`);
  const wide = await webkit.evaluate(SIDEWAYS);
  if (wide) fault(name, wide);
  await webkit.script(AXE);
  for (const violation of await webkit.evaluate(AXE_RUN)) fault(name, violation);
  const picture = await webkit.picture();
  writeFileSync(join(PICTURES, `${name}.png`), picture);
  let wrong = await kept.judge(name, picture);
  // A font that came late can leave a place as wide as its stand-in made it: what is wrong with the
  // page is wrong again once it is laid out anew.
  for (let again = 0; wrong && again < 2; again += 1) {
    await webkit.evaluate(() => {
      document.body.style.display = 'none';
      document.body.getBoundingClientRect();
      document.body.style.display = '';
    });
    await webkit.evaluate(STILL);
    wrong = await kept.judge(name, await webkit.picture());
  }
  if (wrong) fault(name, wrong);
}

/** Steps through the first places of the page by key: several are reached, and show it where the
 * window has the focus itself, which takes a window manager. */
async function ring(name) {
  const reached = new Set();
  for (let step = 0; step < TAB_STEPS; step += 1) {
    await webkit.key(TAB);
    const stop = await webkit.evaluate(FOCUSED);
    if (stop === null) break;
    reached.add(stop.place);
    if (stop.lit && !stop.shows) fault(name, `focus is not seen on ${stop.what}`);
  }
  if (reached.size < 3) fault(name, `the keyboard reaches ${reached.size} places`);
}

const wanted = (name) => !only || name.includes(only);
await webkit.resize(...SMALL);
for (const language of ['fr', 'ar']) {
  for (const scene of PHONE) {
    if (scene.once && language === 'ar') continue;
    const name = ['webkit-phone', scene.name, ...scene.once ? [] : [language]].join('-');
    if (!wanted(name)) continue;
    await webkit.goto(await phone(scene.on, language) + scene.path);
    await look(name, scene.once ? null : language);
    if (scene.main) await ring(name);
  }
}
if (!only) for (const language of ['fr', 'ar']) await work(await phone('day', language), language);
await webkit.resize(...LARGE);
for (const language of ['fr', 'ar']) {
  for (const scene of OFFICE.filter((one) => one.main || one.signedOut)) {
    const name = `webkit-office-${scene.name}-${language}`;
    if (!wanted(name)) continue;
    const at = await office();
    await webkit.goto(`${at}/connexion`);
    await webkit.clearCookies();
    for (const [cookie, value] of cookies(language, scene.signedOut)) await webkit.setCookie({ name: cookie, value });
    await webkit.goto(at + scene.path);
    await look(name, language);
    await ring(name);
  }
}
console.log(`${kept.count()} pictures (${seconds()} s)`);

if (!only) for (const name of kept.rest()) fault(name, 'a golden of which no picture is taken');
await webkit.close();
console.log(`WebKitGTK ${webkit.version}: ${kept.count()} pictures in ${seconds()} s; those that passed differ in ${kept.most()} pixels at most`);
finish({ webkit: webkit.version, pictures: kept.count(), pixels_most: kept.most() });

function seconds() {
  return Math.round((Date.now() - began) / 1000);
}

/** The modules of the pages at work: what is typed is kept without a button, a tap settles. */
async function work(field, language) {
  const note = language === 'ar' ? 'الجدار الشمالي متشقق' : 'Le mur nord est fissuré';
  const draft = `${field}/visites/${id(1)}/${id(3)}`;
  const held = () => webkit.evaluate(() => document.querySelector('[name="note"]').value);
  await webkit.goto(draft);
  await webkit.evaluate(() => { for (const fold of document.querySelectorAll('details')) fold.open = true; });
  await webkit.clear('[name="note"]');
  await webkit.type('[name="note"]', note);
  await until('the typing kept', async () => {
    const page = await (await fetch(draft)).text();
    return page.includes(note);
  });
  await webkit.goto(draft);
  must(await held() === note, `the visit holds ${await held()}`);

  const list = `${field}/a-departager`;
  await webkit.goto(list);
  const cards = () => webkit.evaluate(() => document.querySelectorAll('.card.disputed').length);
  const before = await cards();
  must(before > 0, 'nothing to settle');
  await webkit.evaluate(() => { globalThis.stayed = true; });
  await webkit.click('.card.disputed button[name="choix"]');
  await until('the tap settled', async () => {
    const page = await (await fetch(list)).text();
    return page.split('card disputed').length - 1 === before - 1;
  });
  await until('the page shows it', async () => await cards() === before - 1);
}
