// The whole journey in a browser, against real processes: a phone is enrolled, a visit with two
// photos is made, the phone is killed and opened again, the visit is sent, the office sends it
// back, the author corrects it, the office approves it. Every page is looked at in both languages.
import { join } from 'node:path';
import {
  fault, finish, folder, kill, look, must, openBrowser, openTab, photo, run, start, until,
} from './harness.mjs';

const PASSWORD = 'le figuier du puits';
const data = folder();
const store = folder();
const server = await start(
  ['serve', '--data', data, '--listen', '127.0.0.1:0', '--local', '127.0.0.1:0'],
  [/bureau, sur cette machine : (http:\S+)\//, /(http:\S+\/bienvenue\?lien=\S+)/],
);
const [office, welcome] = server.found;
run('import', 'projects', 'data/demo-projects.csv', '--demonstration', '--data', data);
const invite = (name) => JSON.parse(run('invite', '--data', data, '--scope', '053110513',
  '--role', 'team_member', '--name', name, '--json')).invitation;

const openPhone = (at) => start(['field', '--store', at, '--listen', '127.0.0.1:0'], [/(http:\S+)\//]);
let phone = await openPhone(store);
let field = phone.found[0];
const browser = await openBrowser();
const small = await openTab(browser, 'phone', { width: 360, height: 640 }, {
  geolocation: { latitude: 32.8812, longitude: -6.9063, accuracy: 9 }, permissions: ['geolocation'],
});
const large = await openTab(browser, 'office', { width: 1280, height: 800 });

console.log('1. a phone is enrolled');
await small.goto(`${field}/`);
await look(small, 'phone-language');
await small.click('button[value="fr"]');
await small.waitForSelector('#invitation');
await look(small, 'phone-entrance-fr');
await small.fill('#invitation', 'ceci n’est pas une invitation');
await small.click('form.entry button[type="submit"]');
await small.waitForSelector('[role="alert"], .alert, .t-bad');
await look(small, 'phone-entrance-refused-fr');
await small.fill('#invitation', invite('Salma Bennani'));
await small.fill('#appareil', 'Téléphone de Salma');
await small.click('form.entry button[type="submit"]');
await until('the first installation', async () => {
  await small.goto(`${field}/`);
  return small.url().endsWith('/a-faire');
});

console.log('2. every page, in both languages');
await small.goto(`${field}/projets`);
const project = await small.getAttribute('main a[href^="/projets/"]', 'href');
must(project, 'the list shows no project');
for (const language of ['ar', 'fr']) {
  await small.goto(`${field}/moi`);
  await small.click(`form[action="/langue"] button[value="${language}"], button[name="langue"][value="${language}"]`);
  await until('the other language', () => small.evaluate((code) => document.documentElement.lang.startsWith(code), language));
  for (const [name, path] of [['todo', '/a-faire'], ['projects', '/projets'], ['project', project],
    ['settle', '/a-departager'], ['sending', '/envois'], ['me', '/moi']]) {
    await small.goto(field + path);
    const dir = await small.evaluate(() => document.documentElement.dir);
    must(dir === (language === 'ar' ? 'rtl' : 'ltr'), `${path} runs ${dir} in ${language}`);
    await look(small, `phone-${name}-${language}`);
  }
}
await small.goto(`${field}/projets?q=zzzz`);
await look(small, 'phone-projects-none-fr');

console.log('3. a visit with two photos');
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

console.log('4. killed and opened again');
await kill(phone.child);
phone = await openPhone(store);
field = phone.found[0];
await small.goto(field + visit);
await open();
must(await small.inputValue('input[name="progress_bp"]') === '47,5', 'progress was lost');
must((await small.inputValue('textarea[name="note"]')).includes('<b>terminé</b>'), 'the note was lost');

console.log('5. finished and sent');
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
await small.goto(`${field}/envois`);
await look(small, 'phone-sending-waiting-fr');
await small.click('form[action$="/maintenant"] button, button[formaction$="/maintenant"]');
await until('the receipt', async () => {
  await small.goto(field + visit);
  return small.$('.w-received, .w-recu');
});

console.log('6. the office sends it back');
await large.goto(welcome);
await look(large, 'office-welcome-fr');
await large.fill('input[name="identifiant"]', 'salma.admin');
await large.fill('input[name="mot_de_passe"]', PASSWORD);
await large.fill('input[name="encore"]', PASSWORD);
await large.click('main form button');
await large.waitForURL(`${office}/`);
const pages = [['overview', '/'], ['projects', '/projets'], ['project', project], ['visits', '/visites'],
  ['queue', '/a-valider'], ['map', '/carte'], ['settle', '/a-departager'], ['phones', '/telephones']];
for (const language of ['ar', 'fr']) {
  await large.click(`form[action="/langue"] button[value="${language}"]`).catch(() => {});
  for (const [name, path] of pages) {
    const answer = await large.goto(office + path);
    if (answer.status() !== 200) { fault(`office-${name}`, `status ${answer.status()}`); continue; }
    await look(large, `office-${name}-${language}`);
  }
}
await large.goto(`${office}/a-valider`);
must(!(await large.content()).includes('<b>terminé</b>'), 'the note runs as HTML');
await large.click('.review summary');
await large.fill('#commentaire', 'Photo floue : reprendre la vue d’ensemble');
await large.selectOption('#champ', 'progress_bp');
await large.click('button[value="renvoyer"]');
await large.waitForSelector('.notice');

console.log('7. corrected, sent again, approved');
await small.goto(`${field}/envois`);
await small.click('form[action$="/maintenant"] button, button[formaction$="/maintenant"]');
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
await small.goto(`${field}/envois`);
await small.click('form[action$="/maintenant"] button, button[formaction$="/maintenant"]');
const [, document_, visit_] = visit.match(/\/visites\/([0-9a-f]+)\/([0-9a-f]+)/);
await until('the correction in the office', async () => {
  await large.goto(`${office}/visites/${document_}/${visit_}`);
  return (await large.content()).includes('50');
});
await look(large, 'office-visit-fr');
await large.click('button[value="valider"]');
await large.waitForSelector('.notice');
await until('the approval on the phone', async () => {
  await small.goto(`${field}/envois`);
  await small.click('form[action$="/maintenant"] button, button[formaction$="/maintenant"]').catch(() => {});
  await small.goto(field + visit);
  return small.$('.w-approved, .w-valide');
});
await look(small, 'phone-visit-approved-fr');
await browser.close();
finish({});
