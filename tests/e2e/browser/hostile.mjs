// Hostile texts: three hundred of them through every free-text field of the phone and the office,
// then the pages that show them in a real browser, then the exports, the table opened by a real
// spreadsheet. Nothing may run, break out, fail the server or become a formula.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { answers, ask, each, form } from './asking.mjs';
import { checkExports } from './exports.mjs';
import { encoded, hostileTexts, hugeTexts } from './hostile_texts.mjs';
import {
  JAWLA, ROOT, answered, fault, finish, folder, look, must, openBrowser, openTab, start, until,
} from './harness.mjs';

const SCOPE = '053110513';
const PASSWORD = 'le figuier du puits';
const TITLE_CHARS_MAX = 300;
const texts = hostileTexts();
const text = (number) => texts[number % texts.length];
const began = Date.now();
const step = (words) => console.log(`${words} (${Math.round((Date.now() - began) / 1000)} s)`);

step('1. three hundred projects whose titles are hostile');
const data = folder();
const server = await start(['serve', '--data', data, '--listen', '127.0.0.1:0', '--local', '127.0.0.1:0'],
  [/bureau, sur cette machine : (http:\S+)\//, /(http:\S+\/bienvenue\?lien=\S+)/]);
const [office, welcome] = server.found;
const quoted = (cell) => `"${cell.replaceAll('"', '""')}"`;
/** Titles have ten characters at least: what is shorter is filled up behind. */
const titled = (one) => ([...one].length < 10 ? `${one} essai hostile` : one);
const line = (one, number) => [`H-${number}`, quoted(titled(one.text)), quoted(titled(text(number + 150).text)),
  'III', 'P2', '', '2024', '', 'SUBVENTION', 'fonctionnement', 'SAN', SCOPE, 'EN_COURS', '1000,00', '500,00',
  quoted(text(number + 75).text), quoted(text(number + 225).text), '12', '5', '2024-01-01', '2025-01-01', '32.88', '-6.90'].join(';');
const HEAD = 'code_das;intitule_fr;intitule_ar;phase;programme;axe;annee;tranche;nature;type_operation;secteur;commune;etat;cout_global_dh;part_indh_dh;maitre_ouvrage;porteur;benef_directs;benef_femmes;date_lancement_prev;date_fin_prev;latitude;longitude';

/** Imports a file and answers the report; refusing is an answer, dying is not. */
function bring(name, content) {
  const path = join(data, name);
  writeFileSync(path, content);
  const done = spawnSync(JAWLA, ['import', 'projects', path, '--data', data, '--json'], { encoding: 'utf8', cwd: ROOT });
  if (done.status === 101 || done.signal) fault(name, `the import died: ${done.stderr.slice(0, 300)}`);
  return done.status === 0 || done.status === 3 ? JSON.parse(done.stdout) : { imported: 0, refused: [], said: done.stderr };
}
const clean = texts.filter((one) => !one.bytes);
const report = bring('hostile.csv', `${HEAD}\r\n${clean.map(line).join('\r\n')}\r\n`);
const refusedLines = new Set(report.refused.map((one) => one.line));
must(report.imported + refusedLines.size === clean.length, `${clean.length} lines, ${report.imported} imported, ${refusedLines.size} refused`);
must(report.refused.every((one) => one.reason && one.sentence_fr), 'a refusal without its reason');
console.log(`  ${report.imported} imported, ${refusedLines.size} refused`);
must(report.imported > 200, `only ${report.imported} imported: ${JSON.stringify(report.refused.slice(0, 4))} ${report.said ?? ''}`);
for (const [number, one] of texts.filter((each) => each.bytes).entries()) {
  const raw = Buffer.from(one.bytes.replace(/%([0-9A-F]{2})|[^%]/g, (all, hex) => hex ?? all.charCodeAt(0).toString(16)), 'hex');
  const said = bring(`bytes-${number}.csv`, Buffer.concat([Buffer.from(`${HEAD}\r\nH-x;`), raw, Buffer.from('\r\n')]));
  must(said.imported === 0 && (said.said || said.refused.length), 'bytes that are no text were taken');
}
for (const [number, huge] of hugeTexts().entries()) bring(`huge-${number}.csv`, `${HEAD}\r\nH-y;${quoted(huge)}\r\n`);

const browser = await openBrowser();
/** A tab in which anything that runs or breaks out is noted. */
async function openWatched(name, size) {
  const page = await openTab(browser, name, size);
  page.on('dialog', (dialog) => { fault(name, `a dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.exposeFunction('noteViolation', (what) => fault(name, `content policy: ${what}`));
  await page.addInitScript(() => addEventListener('securitypolicyviolation', (event) => globalThis.noteViolation(`${event.violatedDirective} ${event.blockedURI}`)));
  return page;
}
async function shows(page, name) {
  const bad = await page.evaluate(() => [
    globalThis.__x !== undefined && 'a script ran',
    document.querySelector('x-canary, [x-canary]') && 'a text became an element',
    [...document.querySelectorAll('a[href], form[action]')].map((one) => one.getAttribute('href') ?? one.getAttribute('action'))
      .find((to) => !/^(\/(?![/\\])|\?|#|[a-z-]+\?|$)/.test(to)),
  ].filter(Boolean));
  for (const one of bad) fault(name, one);
  await look(page, name, { axe: false });
}
const large = await openWatched('hostile-office', { width: 1280, height: 800 });
await large.goto(welcome);
await large.fill('input[name="identifiant"]', 'salma.admin');
await large.fill('input[name="mot_de_passe"]', PASSWORD);
await large.fill('input[name="encore"]', PASSWORD);
await large.click('main form button');
await large.waitForURL(`${office}/`);
const cookie = (await large.context().cookies()).map((one) => `${one.name}=${one.value}`).join('; ');
const inOffice = (where, method, path, pairs) => ask(`office ${where}`, method, office + path, { cookie, body: pairs ? form(pairs) : '' });

step('2. the office, by its forms and addresses');
const listed = [];
for (let page = 1; page <= 8; page += 1) {
  const { text: html } = await inOffice('list', 'GET', `/projets?page=${page}`);
  listed.push(...[...html.matchAll(/href="(\/projets\/[0-9a-f]{32})"/g)].map((found) => found[1]));
}
const documents = [...new Set(listed)];
must(documents.length === report.imported, `the list has ${documents.length} of ${report.imported} projects`);
const GROUPS = {
  identite: ['title_fr', 'title_ar', 'code_indh', 'axis'], acteurs: ['holder', 'owner', 'operator', 'objective'],
  lieu: ['place'], notes: ['note'], montants: ['cost_centimes'], dates: ['planned_start'], public: ['beneficiaries'],
};
const groups = Object.entries(GROUPS);
const invited = new Set();
await each(texts, async (one, number) => {
  const value = encoded(one);
  const [group, fields] = groups[number % groups.length];
  const document = documents[number % 40];
  await inOffice('project', 'POST', document, { groupe: group, ...Object.fromEntries(fields.map((field, index) => [field, encoded(text(number + index * 31))])) });
  await inOffice('notes', 'POST', documents[40 + number % 40], { groupe: 'notes', note: value });
  await inOffice('search', 'GET', `/projets?q=${value}&programme=${value}`);
  await inOffice('filters', 'GET', `/projets?commune=${value}&tri=${value}&page=${value}&etat=${value}`);
  await inOffice('feed', 'GET', `/visites?mot=${value}&page=${value}`);
  await inOffice('map', 'GET', `/carte?q=${value}&commune=${value}`);
  await inOffice('paths', 'GET', `/projets/${value.replaceAll('%2F', '/')}`);
  await inOffice('language', 'POST', '/langue', { langue: number % 2 ? value : 'fr', retour: value });
  await inOffice('state', 'POST', `${document}/etat`, { depuis: value, etat: value });
  if (number % 3 === 0) {
    await inOffice('views', 'POST', '/projets/vues', { nom: value, filtre: value });
    await inOffice('review', 'POST', '/a-valider', { document: value, visit: value, decision: value, commentaire: value });
    await inOffice('settle', 'POST', '/a-departager', { document: document.slice(10), path: value, seen: value, autre: value });
    await inOffice('undo', 'POST', `${document}/annuler`, { action: value });
    await inOffice('queue', 'GET', `/a-valider?visite=${value}&fait=valide&de=${value}`);
    await inOffice('history', 'GET', `${document}/historique?page=${value}`);
    await ask('welcome', 'GET', `${office}/bienvenue?lien=${value}`);
    await ask('sign-in', 'GET', `${office}/connexion?suite=${value}`);
    await ask('files', 'GET', `${office}/miniatures/${value}`);
  }
  if (number % 12 === 0) {
    await ask('sign-in', 'POST', `${office}/connexion`, { body: form({ identifiant: value, mot_de_passe: value, suite: value }) });
    const { text: html, status } = await inOffice('invite', 'POST', '/telephones/inviter', { nom_fr: value, nom_ar: value, role: 'team_member', lieu: value });
    if (status === 200 && html.includes('id="invitation"')) invited.add(number);
  }
});
for (const huge of hugeTexts()) {
  const value = encodeURIComponent(huge);
  for (const [where, path, pairs] of [['sign-in', '/connexion', { identifiant: value }], ['project', documents[0], { groupe: 'notes', note: value }],
    ['views', '/projets/vues', { nom: value, filtre: '' }], ['review', '/a-valider', { commentaire: value }], ['language', '/langue', { retour: value }]]) {
    const { status } = await inOffice(`huge ${where}`, 'POST', path, pairs);
    must(status === 413, `a megabyte in ${where}: ${status}`);
  }
}
must((await ask('language', 'GET', `${office}/connexion`, { cookie: `jawla-langue=${'x'.repeat(4000)}`, headers: { 'accept-language': '<x-canary>' } })).status === 200, 'a hostile cookie');

step('3. a phone of a person with a hostile name');
const store = folder();
const invitation = (name) => JSON.parse(spawnSync(JAWLA, ['invite', '--data', data, '--scope', SCOPE, '--role', 'team_member',
  '--name', name, '--json'], { encoding: 'utf8', cwd: ROOT }).stdout).invitation;
const phone = await start(['field', '--store', store, '--listen', '127.0.0.1:0'], [/(http:\S+)\//]);
const field = phone.found[0];
const small = await openWatched('hostile-phone', { width: 360, height: 640 });
const PERSON = '"><x-canary>\u202eمريم=1+1';
const DEVICE = `<script>window.__x=1</script>\u0301\u0301{{7*7}}`;
await small.goto(`${field}/`);
await small.click('button[value="fr"]');
await small.waitForSelector('#invitation');
const onPhone = (where, method, path, pairs) => ask(`phone ${where}`, method, field + path, { body: pairs ? form(pairs) : '' });
/** A field of a visit as the page's script keeps it: what could not be kept is said in a sentence. */
async function keep(visit, pairs) {
  const { status, text: said } = await ask('phone visit field', 'POST', `${field}${visit}/champ`, { body: form(pairs), headers: { 'x-jawla': 'fetch' } });
  if (status !== 200) return fault('visit field', `status ${status}`);
  return JSON.parse(said);
}
await each(texts.filter((_, number) => number % 4 === 0), (one) => onPhone('entry', 'POST', '/entree', { invitation: encoded(one), appareil: encoded(one) }));
await small.fill('#invitation', `${'<x-canary>'.repeat(30)}`);
await small.fill('#appareil', DEVICE);
const refusedWith = await answered(small, '/entree', () => small.click('form.entry button[type="submit"]'));
must(refusedWith === 422, `a hostile invitation: ${refusedWith}`);
await shows(small, 'hostile-phone-entrance');
must(await small.$('[role="alert"]'), `a hostile invitation is not refused: ${await small.innerText('main')}`);
await small.fill('#invitation', invitation(PERSON));
await answered(small, '/entree', () => small.click('form.entry button[type="submit"]'));
await until('the first installation', async () => {
  await small.goto(`${field}/`);
  return small.url().endsWith('/a-faire');
});

step('4. the phone, by its forms and addresses');
const visits = [];
for (const document of documents.slice(0, 8)) {
  const { headers } = await onPhone('begin', 'POST', `${document}/visites`, { kind: 'suivi' });
  visits.push(headers.location);
}
must(visits.every((one) => one?.startsWith('/visites/')), `no visit begun: ${visits}`);
const VISIT_FIELDS = ['note', 'opinion', 'participants', 'no_position', 'position', 'workers', 'progress_bp', 'site_state', 'kind'];
const REASONS = ['FONC', 'CONV', 'CONTR', 'CRED', 'ETUD', 'AOI', 'ENTR', 'PAIE'];
await each(texts, async (one, number) => {
  const value = encoded(one);
  const visit = visits[number % visits.length];
  const document = documents[80 + number % 40];
  for (const [index, key] of VISIT_FIELDS.entries()) {
    if (index < 4 || number % 6 === index % 6) {
      const said = await keep(visit, { field: key, value });
      const bad = key === 'participants' && /^[^\p{White_Space}].*[\0-\x08\x0e-\x1b]/u.test(one.text);
      if (bad && !said?.error) fault('visit field', `control characters are kept in silence: ${value}`);
    }
  }
  await keep(visit, { field: `difficulty.${REASONS[number % REASONS.length]}`, value: '1', note: value });
  await onPhone('action', 'POST', `${visit}/actions`, { what: value, owner: encoded(text(number + 9)), due: number % 5 ? '2026-12-31' : value });
  for (const key of ['note', 'place', 'operator', 'beneficiaries']) {
    await onPhone('project field', 'POST', `${document}/champ`, { champ: key, valeur: encoded(text(number + key.length)) });
  }
  await onPhone('search', 'GET', `/projets?q=${value}&commune=${value}&programme=${value}&debut=${value}&ici=${value}`);
  await onPhone('paths', 'GET', `/visites/${value.replaceAll('%2F', '/')}/${value}`);
  await onPhone('language', 'POST', '/langue', { langue: 'fr', vers: value });
  if (number % 4 === 0) {
    await onPhone('settings', 'POST', '/moi/reglages', { reglage: value, valeur: value });
    await onPhone('settle', 'POST', `${document}/departager`, { chemin: value, vu: value, valeur: value, choix: value });
    await onPhone('choose', 'POST', `${document}/rechoisir`, { changement: value, chemin: value, rang: value });
    await onPhone('files', 'GET', `/fichier/${value}`);
    await onPhone('reopen', 'POST', `/envois/rouvrir/${value}/${value}`, {});
  }
});
for (const huge of hugeTexts()) {
  const value = encodeURIComponent(huge);
  for (const [where, path, pairs] of [['visit field', `${visits[0]}/champ`, { field: 'note', value }], ['action', `${visits[0]}/actions`, { what: value }],
    ['project field', `${documents[0]}/champ`, { champ: 'note', valeur: value }], ['entry', '/entree', { invitation: value }]]) {
    const { status } = await onPhone(`huge ${where}`, 'POST', path, pairs);
    must(status === 413, `a megabyte in ${where}: ${status}`);
  }
}

step('5. typed in the browser, shown by the browser');
await small.goto(field + visits[0]);
await small.evaluate(() => { for (const fold of document.querySelectorAll('details')) fold.open = true; });
for (const name of ['note', 'opinion', 'participants']) {
  for (const one of [texts[3], texts[26], texts.find((each) => each.category === 'bidi')]) {
    await small.fill(`[name="${name}"]`, one.text);
    await small.waitForResponse((answer) => answer.url().endsWith('/champ'));
  }
}
for (const [number, visit] of visits.entries()) {
  await keep(visit, { field: 'site_state', value: 'actif' });
  await keep(visit, { field: 'kind', value: 'suivi' });
  for (const [index, key] of ['note', 'opinion', 'participants', 'no_position'].entries()) {
    const wide = texts.filter((each) => ['wide', 'html', 'combining', 'bidi'].includes(each.category));
    await keep(visit, { field: key, value: encoded(wide[(number * 5 + index) % wide.length]) });
  }
  await small.goto(field + visit);
  await shows(small, `hostile-phone-visit-${number}`);
  const { text: html, status } = await onPhone('finish', 'POST', `${visit}/terminer`, {});
  if (status >= 400) fault('hostile visit', `cannot be finished: ${status} ${[...html.matchAll(/vf-tort[^>]*>([^<]{4,90})/g)].map((one) => one[1])}`);
}
for (const [name, path] of [['todo', '/a-faire'], ['projects', '/projets'], ['search', `/projets?q=${encoded(texts[0])}`], ['project-a', documents[80]],
  ['project-b', documents[99]], ['project-c', documents[3]], ['visit-sheet', visits[2]], ['sending', '/envois'], ['me', '/moi'], ['nothing', '/nulle/part']]) {
  await small.goto(field + path);
  await shows(small, `hostile-phone-${name}`);
}
await onPhone('send', 'POST', '/envois/maintenant', {});
await until('everything with the province', async () => {
  await small.goto(`${field}/envois`);
  return small.$('.e-all');
});
for (const number of [0, 1, 2]) {
  const [, , document, visit] = visits[number].split('/');
  const { status } = await inOffice('review', 'POST', '/a-valider', {
    document, visit, decision: 'renvoyer', commentaire: encoded(texts[number * 7]), champ: 'note',
  });
  must(status === 303, `a hostile comment is not taken: ${status}`);
}
const officePages = [['overview', '/'], ['visits', '/visites'], ['queue', '/a-valider'], ['phones', '/telephones'], ['map', '/carte'],
  ['settle', '/a-departager'], ['search', `/projets?q=${encoded(texts[1])}`], ['visit', visits[0]], ['visit-b', visits[5]], ['nothing', '/nulle/part']];
for (let page = 1; page <= Math.ceil(documents.length / 50); page += 1) officePages.push([`projects-${page}`, `/projets?page=${page}`]);
for (const number of [0, 1, 2, 3, 4, 5, 6, 20, 45, 60, 80, 90, 110, 150, 200]) officePages.push([`project-${number}`, documents[number]]);
officePages.push(['history', `${documents[1]}/historique`]);
for (const [name, path] of officePages) {
  await large.goto(office + path);
  await shows(large, `hostile-office-${name}`);
}

step('6. exports');
await checkExports({ browser, ask: (path) => inOffice('export', 'GET', path), typed: clean.map((one, number) => [`H-${number}`, titled(one.text)]), rows: report.imported, charsMax: TITLE_CHARS_MAX });
await browser.close();
step('the end');
for (const [where, counts] of Object.entries(answers)) console.log(`  ${where}: ${Object.entries(counts).map(([status, count]) => `${count} × ${status}`).join(', ')}`);
finish({ seconds: Math.round((Date.now() - began) / 1000), answers });
