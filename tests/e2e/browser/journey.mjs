// The whole journey in a browser, against real processes and through an emulated link: invited in
// the office, enrolled, a visit with two photos without network, killed, opened again, sent over a
// weak network, sent back, corrected, approved; then two phones that disagree. Every page is looked
// at in both languages.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  answered, fault, finish, folder, freePort, kill, look, lookInBoth, must, openBrowser, openLink, openTab,
  photo, run, speak, start, until,
} from './harness.mjs';
import { disagree } from './disagreement.mjs';

const PASSWORD = 'le figuier du puits';
const data = folder();
const store = folder();
const port = await freePort();
const link = await openLink(`127.0.0.1:${port}`);
const server = await start(
  ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, '--local', '127.0.0.1:0',
    '--public-url', `https://${link.address}`],
  [/bureau, sur cette machine : (http:\S+)\//, /(http:\S+\/bienvenue\?lien=\S+)/],
);
const [office, welcome] = server.found;
run('import', 'projects', 'data/demo-projects.csv', '--demonstration', '--data', data);

const openPhone = (at) => start(['field', '--store', at, '--listen', '127.0.0.1:0'], [/(http:\S+)\//]);
let phone = await openPhone(store);
let field = phone.found[0];
const browser = await openBrowser();
const openSmall = (name) => openTab(browser, name, { width: 360, height: 640 }, {
  geolocation: { latitude: 32.8812, longitude: -6.9063, accuracy: 9 }, permissions: ['geolocation'],
});
const small = await openSmall('phone');
const large = await openTab(browser, 'office', { width: 1280, height: 800 });
const began = Date.now();
const step = (words) => console.log(`${words} (${Math.round((Date.now() - began) / 1000)} s)`);

step('1. the office opens and invites');
await large.goto(welcome);
await look(large, 'office-welcome-fr');
await large.fill('input[name="identifiant"]', 'salma.admin');
await large.fill('input[name="mot_de_passe"]', PASSWORD);
await large.fill('input[name="encore"]', PASSWORD);
await large.click('main form button');
await large.waitForURL(`${office}/`);

/** Invites a person on the office's page, as it is done there; answers the text. */
async function invite(name, picture) {
  await large.goto(`${office}/telephones`);
  await large.fill('#nom_fr', name);
  await large.selectOption('#role', 'team_member');
  const label = await large.$$eval('#lieu option', (all) => all
    .map((one) => one.textContent).find((text) => /Oulad Abdoune|أولاد عبدون/.test(text)) ?? all[0].textContent);
  await large.selectOption('#lieu', { label });
  await large.click('form[action="/telephones/inviter"] button');
  await large.waitForSelector('#invitation');
  must(await large.$('.qr svg'), 'the invitation has no code to scan');
  const text = (await large.inputValue('#invitation')).trim();
  must(text.length > 40, 'the invitation has no text');
  if (picture) await look(large, picture);
  return text;
}

/** Enrols a phone with an invitation and waits for its first installation. */
async function enrol(page, at, invitation, device) {
  await page.fill('#invitation', invitation);
  await page.fill('#appareil', device);
  await answered(page, '/entree', () => page.click('form.entry button[type="submit"]'));
  await until('the first installation', async () => {
    await page.goto(`${at}/`);
    return page.url().endsWith('/a-faire');
  });
}

step('2. a phone is enrolled');
const invitation = await invite('Salma Bennani', 'office-invitation-fr');
await small.goto(`${field}/`);
await look(small, 'phone-language');
await small.click('button[value="fr"]');
await small.waitForSelector('#invitation');
await look(small, 'phone-entrance-fr');
await small.fill('#invitation', 'ceci n’est pas une invitation');
await answered(small, '/entree', () => small.click('form.entry button[type="submit"]'));
await small.waitForSelector('[role="alert"], .alert, .t-bad');
await look(small, 'phone-entrance-refused-fr');
await link.order('off');
await small.fill('#invitation', invitation);
await answered(small, '/entree', () => small.click('form.entry button[type="submit"]'));
await small.waitForSelector('[role="alert"], .alert, .t-bad');
await look(small, 'phone-entrance-unreachable-fr');
await link.order('lan');
await enrol(small, field, invitation, 'Téléphone de Salma');

step('3. every page, in both languages');
await small.goto(`${field}/projets`);
const project = await small.getAttribute('main a[href^="/projets/"]', 'href');
must(project, 'the list shows no project');
for (const [name, path] of [['todo', '/a-faire'], ['projects', '/projets'], ['project', project],
  ['settle', '/a-departager'], ['sending', '/envois'], ['me', '/moi']]) {
  await lookInBoth(small, field, path, `phone-${name}`);
}
await small.goto(`${field}/projets?q=zzzz`);
await look(small, 'phone-projects-none-fr');

step('4. no network: a visit with two photos');
await link.order('off');
await small.goto(`${field}${project}/nouvelle-visite`);
await look(small, 'phone-new-visit-fr');
await small.click('form button[name="kind"][value="suivi"], form button[value="suivi"]');
await small.waitForURL(/\/visites\//);
const visit = new URL(small.url()).pathname;
await look(small, 'phone-visit-empty-fr');
const saved = (name) => small.waitForResponse((answer) => answer.url().endsWith('/champ')
  && answer.request().postData()?.includes(name) && answer.ok());
const open = () => small.evaluate(() => { for (const fold of document.querySelectorAll('details')) fold.open = true; });
await open();
await Promise.all([saved('site_state'), small.check('input[name="site_state"][value="actif"]', { force: true })]);
await Promise.all([saved('progress_bp'), small.fill('input[name="progress_bp"]', '47,5')]);
await Promise.all([saved('note'), small.fill('textarea[name="note"]', 'Coffrage <b>terminé</b> ; الأشغال جارية')]);
const pictures = [join(data, 'one.jpg'), join(data, 'two.jpg')];
await photo(browser, pictures[0], 'vue');
await photo(browser, pictures[1], 'détail');
for (const [index, picture] of pictures.entries()) {
  await open();
  await (await small.$$('input[type="file"]'))[index].setInputFiles(picture);
  await until('the photo', () => small.$$eval('img[src^="/fichier/"]', (all, n) => all.length > n, index));
}
await look(small, 'phone-visit-filled-fr');

step('5. killed, weeks pass, opened again');
await kill(phone.child);
const weeks = spawnSync('sqlite3', [join(store, 'store.db'),
  'UPDATE device SET last_contact_ms = last_contact_ms - 20 * 86400000; SELECT changes();'], { encoding: 'utf8' });
must(weeks.stdout.trim() === '1', `the last contact cannot be moved: ${weeks.stderr}`);
phone = await openPhone(store);
field = phone.found[0];
await lookInBoth(small, field, '/a-faire', 'phone-todo-offline-for-days');
must((await small.content()).includes('20 jours'), 'no page says that there was no contact for 20 days');
await small.goto(field + visit);
await open();
must(await small.inputValue('input[name="progress_bp"]') === '47,5', 'progress was lost');
must((await small.inputValue('textarea[name="note"]')).includes('<b>terminé</b>'), 'the note was lost');

step('6. finished; sending paused; sent over EDGE, photos when allowed');
const end = () => small.click('form[action$="/terminer"] button, button[formaction$="/terminer"]');
await end();
await small.waitForLoadState();
await look(small, 'phone-visit-rules-fr');
await open();
const reason = await small.$('select[name="no_position"], input[name="no_position"]');
if (reason) {
  if (await reason.evaluate((one) => one.tagName) === 'SELECT') await reason.selectOption({ index: 1 });
  else await reason.fill('Appareil sans GPS');
  await small.waitForResponse((answer) => answer.url().endsWith('/champ') && answer.ok());
}
const take = await small.$('[data-gps], [data-position], button:has-text("Prendre la position")');
if (take && await take.isVisible()) await take.click();
await until('the visit finished', async () => {
  if (await small.$('.w-phone, .w-received, .w-enregistre, .w-recu')) return true;
  await open();
  await end().catch(() => {});
  await small.waitForLoadState();
  return small.$('.w-phone, .w-received, .w-enregistre, .w-recu');
});
await look(small, 'phone-visit-finished-fr');
const turn = async (name, on) => {
  await small.goto(`${field}/envois`);
  const knob = `form:has(input[value="${name}"]) button[role="switch"]`;
  if (await small.getAttribute(knob, 'aria-checked') !== String(on)) await small.click(knob);
  await until(`the switch ${name}`, async () => {
    await small.goto(`${field}/envois`);
    return await small.getAttribute(knob, 'aria-checked') === String(on);
  });
};
await lookInBoth(small, field, '/envois', 'phone-sending-waiting');
await turn('pause', true);
await lookInBoth(small, field, '/envois', 'phone-sending-paused');
await link.order('edge');
await lookInBoth(small, field, '/a-faire', 'phone-todo-paused');
must((await link.order('count')).includes(' '), 'the link does not count');
await turn('pause', false);
await turn('photos', true);
const sendNow = async (page, at) => {
  await page.goto(`${at}/envois`);
  await page.click('form[action$="/maintenant"] button, button[formaction$="/maintenant"]').catch(() => {});
};
await sendNow(small, field);
await until('the receipt', async () => {
  await small.goto(field + visit);
  return small.$('.w-received, .w-recu');
});
const waits = { fr: 'Wi', ar: 'Wi' };
await until('the photos that wait for a free link', async () => {
  await small.goto(`${field}/envois`);
  return small.$('.e-waiting .e-blocked');
});
await lookInBoth(small, field, '/envois', 'phone-sending-photos-wait');
must((await small.innerText('.e-waiting')).includes(waits.fr), 'no reason why the photos wait');
await turn('photos', false);
await sendNow(small, field);
await until('the exchange under way', async () => {
  await small.goto(`${field}/envois`);
  return small.$('.e-run, .e-all');
});
await look(small, 'phone-sending-running-fr', { axe: false });
await until('the photos with the province', async () => {
  await small.goto(`${field}/envois`);
  return small.$('.e-all');
});
await look(small, 'phone-sending-done-fr');
await link.order('lan');

step('7. the office sees it and sends it back');
const pages = [['overview', '/'], ['projects', '/projets'], ['project', project], ['visits', '/visites'],
  ['queue', '/a-valider'], ['map', '/carte'], ['settle', '/a-departager'], ['phones', '/telephones']];
for (const language of ['ar', 'fr']) {
  await large.goto(`${office}/`);
  await large.click(`form[action="/langue"] button[value="${language}"]`).catch(() => {});
  for (const [name, path] of pages) {
    const answer = await large.goto(office + path);
    if (answer.status() !== 200) { fault(`office-${name}`, `status ${answer.status()}`); continue; }
    await look(large, `office-${name}-${language}`);
  }
}
await large.goto(`${office}/a-valider`);
must(!(await large.content()).includes('<b>terminé</b>'), 'the note runs as HTML');
const shown = await until('both photos in the office', async () => {
  await large.goto(`${office}/a-valider`);
  const all = await large.$$eval('main img', (found) => found.filter((one) => one.complete && one.naturalWidth > 0).length);
  return all >= 2 && all;
});
must(shown >= 2, 'the office does not show the photos');
await large.click('.review summary');
await large.fill('#commentaire', 'Photo floue : reprendre la vue d’ensemble');
await large.selectOption('#champ', 'progress_bp');
await large.click('button[value="renvoyer"]');
await large.waitForSelector('.notice');

step('8. corrected, sent again, approved');
await sendNow(small, field);
await until('the visit under À corriger', async () => {
  await small.goto(`${field}/a-faire`);
  return (await small.content()).includes('Photo floue') || small.$(`main a[href^="${visit}"]`);
});
await look(small, 'phone-todo-returned-fr');
await small.goto(field + visit);
must((await small.content()).includes('Photo floue'), 'the comment does not reach the author');
await look(small, 'phone-visit-returned-fr');
await open();
await Promise.all([saved('progress_bp'), small.fill('input[name="progress_bp"]', '50')]);
await sendNow(small, field);
const [, document_, visit_] = visit.match(/\/visites\/([0-9a-f]+)\/([0-9a-f]+)/);
await until('the correction in the office', async () => {
  await large.goto(`${office}/visites/${document_}/${visit_}`);
  return /50\s*%/.test(await large.innerText('main'));
});
await look(large, 'office-visit-fr');
await large.click('button[value="valider"]');
await large.waitForSelector('.notice');
await until('the approval on the phone', async () => {
  await sendNow(small, field);
  await small.goto(field + visit);
  return small.$('.w-approved, .w-valide');
});
await look(small, 'phone-visit-approved-fr');

step('9. two phones disagree');
const second = await openPhone(folder());
const other = await openSmall('second-phone');
await other.goto(`${second.found[0]}/`);
await other.click('button[value="fr"]');
await other.waitForSelector('#invitation');
await enrol(other, second.found[0], await invite('Youssef Alami'), 'Téléphone de Youssef');
await speak(other, second.found[0], 'fr');
await disagree({
  first: { page: small, field, name: 'Salma Bennani' },
  second: { page: other, field: second.found[0], name: 'Youssef Alami' },
  large, office, project, link, sendNow, step,
});
await browser.close();
step('the end');
finish({ seconds: Math.round((Date.now() - began) / 1000) });
