// The exports of hostile projects: no cell of the CSV begins like a formula, no cell of the table
// is one once a real spreadsheet has opened it, and every text is what was typed.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault, folder, must } from './harness.mjs';

const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
/** A number of our own, written as French spreadsheets read it. */
const NUMBER = /^-?\d+(,\d\d)?$/;
/** Signs that turn the direction of what follows: kept in the dossier, never shown or exported in tables. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/** What a project's title is once it was taken in: white space at its ends is gone. */
const trimmed = (text) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');

/** A text as people are shown it, also in tables. */
const plain = (text) => trimmed(text.replace(TURNS, '').replace(/\p{Cc}/gu, ' '));

/** The lines of a CSV with `;`, cells unquoted. */
function csvLines(text) {
  const lines = [[]];
  let cell = '';
  let inside = false;
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at];
    if (inside && one === '"' && text[at + 1] === '"') { cell += '"'; at += 1; }
    else if (one === '"' && (inside || cell === '')) inside = !inside;
    else if (!inside && (one === ';' || one === '\n')) {
      lines.at(-1).push(one === '\n' ? cell.replace(/\r$/, '') : cell);
      cell = '';
      if (one === '\n') lines.push([]);
    } else cell += one;
  }
  lines.pop();
  return lines;
}

/** The rows of a flat spreadsheet, as the browser's XML reader sees them. */
async function sheetRows(browser, xml) {
  const page = await browser.newPage();
  await page.goto('about:blank');
  const rows = await page.evaluate((source) => {
    const read = new DOMParser().parseFromString(source, 'application/xml');
    const table = 'urn:oasis:names:tc:opendocument:xmlns:table:1.0';
    const office = 'urn:oasis:names:tc:opendocument:xmlns:text:1.0';
    if (read.querySelector('parsererror')) return { error: read.querySelector('parsererror').textContent.slice(0, 300) };
    const said = (node) => [...node.childNodes].map((one) => {
      if (one.nodeType === 3) return one.data;
      if (one.localName === 's') return ' '.repeat(Number(one.getAttributeNS(office, 'c') ?? 1));
      if (one.localName === 'tab') return '\t';
      return one.localName === 'line-break' ? '\n' : said(one);
    }).join('');
    const lines = [...read.getElementsByTagNameNS(table, 'table-row')].map((row) => [...row.children].flatMap((cell) => {
      const times = Number(cell.getAttributeNS(table, 'number-columns-repeated') ?? 1);
      const text = [...cell.children].filter((one) => one.localName === 'p').map(said).join('\n');
      return Array(Math.min(times, 20)).fill(text);
    }));
    const formulas = [...read.querySelectorAll('*')].filter((one) => one.hasAttributeNS(table, 'formula')).map((one) => one.getAttributeNS(table, 'formula'));
    return { lines, formulas };
  }, xml);
  await page.close();
  return rows;
}

export async function checkExports({ browser, ask, typed, rows }) {
  const [csv, xlsx, geojson] = [await ask('/projets.csv'), await ask('/projets.xlsx'), await ask('/projets.geojson')];
  const lines = csvLines(csv.text.replace(/^\ufeff/, ''));
  must(lines.length === rows + 1, `${lines.length} lines of CSV for ${rows} projects`);
  must(lines.every((line) => line.length === lines[0].length), 'a cell of the CSV breaks its line');
  for (const cell of lines.flat()) {
    if (FORMULA.test(cell) && !NUMBER.test(cell)) fault('csv', `begins like a formula: ${JSON.stringify(cell.slice(0, 60))}`);
  }

  const features = JSON.parse(geojson.text).features;
  must(features.length > 200, `${features.length} projects on the map`);
  const standing = new Map(features.map((one) => [one.properties.code, one.properties.title_fr]));
  const wanted = new Map(typed.map(([code, text]) => [code, trimmed(text)]));
  // The first hundred and twenty were edited by forms afterwards; the others stand as imported.
  let same = 0;
  for (const [code, text] of standing) same += wanted.get(code) === text ? 1 : 0;
  must(same >= rows - 40, `only ${same} of ${rows} titles are what was typed`);

  const at = folder();
  writeFileSync(join(at, 'projets.xlsx'), xlsx.bytes);
  const opened = spawnSync('soffice', ['--headless', `-env:UserInstallation=file://${at}/profile`, '--convert-to', 'fods', '--outdir', at, join(at, 'projets.xlsx')],
    { encoding: 'utf8', timeout: 120_000 });
  must(opened.status === 0, `the spreadsheet cannot open the table: ${opened.stderr ?? opened.error}`);
  const sheet = await sheetRows(browser, readFileSync(join(at, 'projets.fods'), 'utf8'));
  must(!sheet.error, `the table as XML: ${sheet.error}`);
  for (const formula of sheet.formulas) fault('xlsx', `a formula: ${formula.slice(0, 60)}`);
  const found = new Map(sheet.lines.filter((line) => standing.has(line[0])).map((line) => [line[0], line[1]]));
  must(found.size === standing.size, `${found.size} rows of the table for ${standing.size} projects`);
  for (const [code, text] of standing) {
    if (found.get(code) !== plain(text)) fault('xlsx', `${code}: ${JSON.stringify(found.get(code))?.slice(0, 80)} for ${JSON.stringify(text).slice(0, 80)}`);
  }
  for (const line of lines.slice(1)) {
    const text = standing.get(line[0]);
    if (text === undefined) continue;
    const marked = `${FORMULA.test(plain(text)) ? "'" : ''}${plain(text)}`;
    if (line[1] !== marked) fault('csv', `${line[0]}: ${JSON.stringify(line[1]).slice(0, 80)} for ${JSON.stringify(text).slice(0, 80)}`);
  }
  console.log(`  ${lines.length - 1} rows, ${same} titles as typed, ${sheet.formulas.length} formulas`);
}
