// The pages of which pictures are taken, and where they come from: the previews of phone and office
// over the made-up rows of their tests. Clock, names and numbers are the same in every run.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, folder, must } from './harness.mjs';

const PREVIEWS = process.env.JAWLA_PREVIEWS ?? join(ROOT, 'target/debug/examples');
const PATIENCE_MS = 60_000;
/** An id of the made-up rows. */
export const id = (number) => number.toString(16).padStart(2, '0').repeat(16);
const visit = (project, number) => `/visites/${id(project)}/${id(number)}`;

/** A page of the phone: its name, the phone it is on, where. `main` ones are also taken in the sun and with the largest text. */
export const PHONE = [
  { name: 'language', on: 'new-without', path: '/entree', once: true },
  { name: 'entrance', on: 'new', path: '/entree' },
  { name: 'install', on: 'install', path: '/' },
  { name: 'todo', on: 'day', path: '/a-faire', main: true },
  { name: 'todo-empty', on: 'empty', path: '/a-faire' },
  { name: 'todo-hard', on: 'hard', path: '/a-faire' },
  { name: 'projects', on: 'day', path: '/projets', main: true },
  { name: 'projects-none', on: 'day', path: '/projets?q=zzz' },
  { name: 'projects-empty', on: 'empty', path: '/projets' },
  { name: 'project', on: 'day', path: `/projets/${id(1)}`, main: true },
  { name: 'project-never-visited', on: 'day', path: `/projets/${id(6)}` },
  { name: 'visit-kind', on: 'day', path: `/projets/${id(1)}/nouvelle-visite` },
  { name: 'visit-draft', on: 'day', path: visit(1, 3), main: true },
  { name: 'visit-received', on: 'day', path: visit(1, 2) },
  { name: 'visit-sheet', on: 'day', path: visit(1, 1), main: true },
  { name: 'visit-finished', on: 'day', path: `${visit(5, 5)}?fini=1` },
  { name: 'visit-delete', on: 'day', path: `${visit(1, 3)}/supprimer` },
  { name: 'photo', on: 'day', path: `${visit(1, 2)}/photos/${id(103).repeat(2)}` },
  { name: 'settle', on: 'day', path: '/a-departager', main: true },
  { name: 'sending', on: 'day', path: '/envois', main: true },
  { name: 'sending-empty', on: 'empty', path: '/envois' },
  { name: 'me', on: 'day', path: '/moi', main: true },
  { name: 'fault', on: 'day', path: `/projets/${id(99)}` },
];

/** A page of the office; `main` ones are also taken at twice the size. */
export const OFFICE = [
  { name: 'sign-in', path: '/connexion', signedOut: true },
  { name: 'welcome', path: '/bienvenue?lien=lien-encore-bon', signedOut: true },
  { name: 'overview', path: '/', main: true },
  { name: 'projects', path: '/projets', main: true },
  { name: 'projects-none', path: '/projets?q=zzz' },
  { name: 'project', path: `/projets/${'0000'.repeat(8)}`, main: true },
  { name: 'history', path: `/projets/${'0000'.repeat(8)}/historique` },
  { name: 'visits', path: '/visites', main: true },
  { name: 'queue', path: '/a-valider', main: true },
  { name: 'settle', path: '/a-departager', main: true },
  { name: 'phones', path: '/telephones', main: true },
  { name: 'import', path: '/import' },
  { name: 'import-columns', path: '/import/f1' },
  { name: 'import-trial', path: '/import/f1/essai' },
  { name: 'map', path: '/carte' },
  { name: 'fault', path: '/projets/rien' },
];

const started = new Map();
process.on('exit', () => { for (const { child } of started.values()) child.kill('SIGKILL'); });

/** Starts a preview with these words, once, and answers its address. */
function preview(program, ...words) {
  const key = [program, ...words].join(' ');
  if (!started.has(key)) {
    const child = spawn(join(PREVIEWS, program), ['0', ...words], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    const address = new Promise((done, failed) => {
      const late = setTimeout(() => failed(new Error(`${key} does not start`)), PATIENCE_MS);
      let said = '';
      child.on('error', failed);
      child.on('exit', (code) => failed(new Error(`${key} ended with ${code}`)));
      child.stdout.on('data', (piece) => {
        said += piece;
        const found = said.match(/(http:\S+)\//);
        if (!found) return;
        clearTimeout(late);
        done(found[1]);
      });
    });
    started.set(key, { child, address });
  }
  return started.get(key).address;
}

/** The phone of a scene in a language; `look` is nothing, `soleil` or `grand`. */
export function phone(on, language, look) {
  if (on === 'new-without') return preview('field_preview', 'new');
  return preview('field_preview', language, on, ...on === 'new' ? ['lang'] : [], ...look ? [look] : []);
}

let opened;
/** The office, with photos as the phone draws them. */
export const office = () => opened ??= openOffice();

async function openOffice() {
  const field = await phone('day', 'fr');
  const room = folder();
  const photos = [];
  for (const number of [101, 102, 103]) {
    const answer = await fetch(`${field}/fichier/${id(number).repeat(2)}`);
    must(answer.ok, `the phone's preview has no photo ${number}: ${answer.status}`);
    photos.push(join(room, `${number}.jpg`));
    writeFileSync(photos.at(-1), Buffer.from(await answer.arrayBuffer()));
  }
  return preview('office_preview', 'data/demo-projects.csv', 'data/khouribga/communes.csv', 'data/reference.json', ...photos);
}

/** What the office's preview takes for a person who signed in and chose this language. */
export const cookies = (language, signedOut) => [
  ...signedOut ? [] : [['jawla-local', 'apercu']],
  ['jawla-langue', language],
];
