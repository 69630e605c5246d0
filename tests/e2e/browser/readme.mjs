// The pictures of the README, out of a demonstration: a phone's project and the office's overview, in
// both languages. `node readme.mjs`, after a release build; docs/images is written anew.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { faults, JAWLA, must, openBrowser, openTab, ROOT, speak } from './harness.mjs';

const PATIENCE_MS = 180_000;
const OUT = join(ROOT, 'docs/images');
const PASSWORD = 'le figuier du puits';

const demo = spawn(JAWLA, ['demo'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => demo.kill('SIGKILL'));
const [welcome, field] = await new Promise((done, failed) => {
  const late = setTimeout(() => failed(new Error('the demonstration took too long')), PATIENCE_MS);
  let said = '';
  demo.stdout.on('data', (piece) => {
    said += piece;
    const found = [said.match(/(http:\S+\/bienvenue\?lien=\S+)/), said.match(/téléphone A .*: (http:\S+)\/\s/)];
    if (!found.every(Boolean)) return;
    clearTimeout(late);
    done(found.map((match) => match[1]));
  });
  demo.on('exit', (code) => failed(new Error(`the demonstration ended with ${code}`)));
});

mkdirSync(OUT, { recursive: true });
const browser = await openBrowser();
const large = await openTab(browser, 'office', { width: 1280, height: 860 });
await large.goto(welcome);
await large.fill('input[name="identifiant"]', 'salma.admin');
for (const box of await large.$$('input[type="password"]')) await box.fill(PASSWORD);
await large.click('main button');
await large.waitForURL((address) => address.pathname === '/' || address.pathname === '/connexion');
const small = await openTab(browser, 'phone', { width: 360, height: 720 });
for (const language of ['fr', 'ar']) {
  await large.goto(new URL('/', welcome).href);
  const is = await large.evaluate(() => document.documentElement.lang.slice(0, 2));
  if (is !== language) {
    await large.click('form[action="/langue"] button');
    await large.waitForLoadState();
  }
  await large.evaluate(() => document.fonts.ready);
  await large.screenshot({ path: join(OUT, `office-${language}.png`) });
  await speak(small, field, language);
  await small.goto(`${field}/projets`);
  const first = await small.$eval('main a[href^="/projets/"]', (link) => link.getAttribute('href'));
  await small.goto(field + first);
  await small.evaluate(() => document.fonts.ready);
  await small.screenshot({ path: join(OUT, `phone-${language}.png`) });
}
await browser.close();
must(faults.length === 0, faults.join('\n'));
process.exit(0);
