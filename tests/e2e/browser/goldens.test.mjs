// The judge of pictures can fail: `node --test goldens.test.mjs`.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { RESTLESS, goldens } from './goldens.mjs';

const WIDTH = 360, HEIGHT = 640;
const room = mkdtempSync(join(tmpdir(), 'jawla-goldens-'));
after(() => rmSync(room, { recursive: true }));

/** A page as a judge sees one: paper, a bar, lines of text, a picture with many colours. */
function page(change = () => {}) {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3, 0xf7);
  const paint = (x, y, wide, high, [r, g, b]) => {
    for (let row = y; row < y + high; row += 1) {
      for (let column = x; column < x + wide; column += 1) data.set([r, g, b], (row * WIDTH + column) * 3);
    }
  };
  paint(0, 0, WIDTH, 56, [14, 90, 76]);
  for (let line = 0; line < 12; line += 1) paint(16, 80 + line * 24, 200 + line * 7, 2, [32, 36, 34]);
  for (let y = 420; y < 560; y += 1) for (let x = 16; x < 344; x += 1) paint(x, y, 1, 1, [x % 200, y % 200, (x * y) % 200]);
  change(paint, data);
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).png().toBuffer();
}

async function kept(name) {
  const folder = join(room, name, 'goldens'), out = join(room, name, 'out');
  assert.equal(await goldens(folder, out, true).judge('page', await page()), null);
  return { folder, out, judge: async (change) => goldens(folder, out).judge('page', await page(change)) };
}

test('the same page passes, and so does what no eye sees', async () => {
  const { judge } = await kept('same');
  assert.equal(await judge(), null);
  assert.equal(await judge((_, data) => { for (let at = 0; at < data.length; at += 1) data[at] ^= 1; }), null);
});

test('a line that moved by one pixel is seen, and laid out for a person', async () => {
  const { judge, out } = await kept('moved');
  const moved = (paint) => { paint(16, 80, 200, 2, [0xf7, 0xf7, 0xf7]); paint(16, 81, 200, 2, [32, 36, 34]); };
  assert.match(await judge(moved), /pixels differ/);
  for (const kind of ['golden', 'actual', 'difference']) assert.ok(existsSync(join(out, `page.${kind}.png`)), kind);
  assert.equal(await judge(), null);
  assert.ok(!existsSync(join(out, 'page.difference.png')), 'a passed page leaves no old difference');
});

test('a colour that turns is seen', async () => {
  const { judge } = await kept('colour');
  assert.match(await judge((paint) => paint(0, 0, WIDTH, 56, [14, 90, 104])), /pixels differ/);
});

test('flipped pixels are seen, as few as a letter has', async () => {
  const { judge } = await kept('flipped');
  assert.match(await judge((paint) => paint(100, 300, 5, 6, [32, 36, 34])), /30 pixels differ/);
});

test('a browser that draws edges otherwise each time is let, a letter of it is not', async () => {
  const { folder, out } = await kept('restless');
  const judge = async (change) => goldens(folder, out, false, RESTLESS).judge('page', await page(change));
  assert.equal(await judge((paint) => paint(100, 300, 30, 15, [230, 231, 230])), null);
  assert.match(await judge((paint) => paint(100, 300, 6, 9, [32, 36, 34])), /54 pixels differ/);
});

test('a page that grew is seen, and a picture without a golden', async () => {
  const { folder, out } = await kept('grew');
  const taller = await sharp(await page()).extend({ bottom: 1 }).png().toBuffer();
  assert.match(await goldens(folder, out).judge('page', taller), /360x641 instead of 360x640/);
  assert.match(await goldens(folder, out).judge('unknown', taller), /no golden/);
  assert.ok(!existsSync(join(folder, 'unknown.png')), 'only an update keeps a picture');
});

test('a golden that nobody asks for is named, and removed by an update', async () => {
  const { folder, out } = await kept('rest');
  assert.deepEqual(goldens(folder, out).rest(), ['page']);
  assert.deepEqual(goldens(folder, out, true).rest(), []);
  assert.ok(!existsSync(join(folder, 'page.png')));
});
