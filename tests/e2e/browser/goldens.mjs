// Pictures compared with the ones that were looked at and kept. Beside a picture that differs,
// target/browser holds NAME.golden.png, NAME.actual.png and NAME.difference.png.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import sharp from 'sharp';

/**
 * What is let pass. `colour`: how far a pixel may be off before it counts, from 0 to 1 (distance of
 * colour as the eye sees it); goldens are kept with 256 colours where they can be, which moves pixels
 * by less than the smaller of these. `pixels`: how many pixels of a picture may count before it
 * differs; a letter that changes is more.
 *
 * Chromium draws the same page the same way: two runs differ in none, a kept golden in 7 at most.
 * WebKitGTK draws edges of letters a little otherwise each time: two runs of 63 pictures differed in
 * up to 643 pixels at the colour distance of Chromium, and in 19 at the one below.
 */
export const STEADY = { colour: 0.05, pixels: 16 };
export const RESTLESS = { colour: 0.2, pixels: 40 };

const raw = async (bytes) => {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

/** What is compared: the top of the page, with one pixel for each of the page. Eyes get all of it, finer. */
async function coarse(bytes, { scale = 1, long = Infinity }) {
  const { width, height } = await sharp(bytes).metadata();
  const top = sharp(bytes).extract({ left: 0, top: 0, width, height: Math.min(height, long * scale) });
  if (scale !== 1) top.resize({ width: Math.round(width / scale), kernel: 'linear' });
  return top.png({ compressionLevel: 1 }).toBuffer();
}

const png = ({ data, width, height }) => sharp(data, { raw: { width, height, channels: 4 } }).png().toBuffer();

/** The bytes to keep: 256 colours where that moves hardly a pixel, else all of them. */
async function small(bytes) {
  const few = await sharp(bytes).removeAlpha().png({ palette: true, colours: 256, dither: 0, effort: 4, compressionLevel: 9 }).toBuffer();
  if ((await difference(few, bytes, STEADY)).pixels <= STEADY.pixels / 2) return few;
  return sharp(bytes).removeAlpha().png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer();
}

/** How two pictures differ: in pixels, in size, or not. */
async function difference(golden, actual, tolerance) {
  const [left, right] = [await raw(golden), await raw(actual)];
  if (left.width !== right.width || left.height !== right.height) {
    return { what: `${right.width}x${right.height} instead of ${left.width}x${left.height}`, pixels: Infinity };
  }
  const seen = new Uint8ClampedArray(left.data.length);
  const pixels = pixelmatch(left.data, right.data, seen, left.width, left.height,
    { threshold: tolerance.colour, includeAA: true, alpha: 0.3, diffMask: false });
  return { what: `${pixels} pixels differ`, pixels, picture: { data: seen, width: left.width, height: left.height } };
}

/**
 * The pictures of one folder of goldens. `update` keeps what is seen instead of judging it.
 * `judge` answers what is wrong with a picture, or nothing: it has `scale` pixels for each of the
 * page, and is compared as far down as `long`; `rest` names goldens that nobody asked for.
 */
export function goldens(folder, out, update = false, tolerance = STEADY) {
  const asked = new Set();
  let most = 0;
  mkdirSync(folder, { recursive: true });
  mkdirSync(out, { recursive: true });
  const left = (name, kind) => join(out, `${name}.${kind}.png`);
  return {
    async judge(name, seen, how = {}) {
      asked.add(name);
      const actual = await coarse(seen, how);
      const path = join(folder, `${name}.png`);
      for (const kind of ['golden', 'actual', 'difference']) rmSync(left(name, kind), { force: true });
      if (!existsSync(path)) {
        if (!update) return 'there is no golden; look at the picture and keep it with --update';
        writeFileSync(path, await small(actual));
        return null;
      }
      const found = await difference(readFileSync(path), actual, tolerance);
      if (found.pixels <= tolerance.pixels) {
        most = Math.max(most, found.pixels);
        return null;
      }
      if (update) {
        writeFileSync(path, await small(actual));
        return null;
      }
      writeFileSync(left(name, 'golden'), readFileSync(path));
      writeFileSync(left(name, 'actual'), actual);
      if (found.picture) writeFileSync(left(name, 'difference'), await png(found.picture));
      return `${found.what}; beside each other in target/browser/${name}.*.png`;
    },
    /** Goldens of which no picture was taken; removed by an update. */
    rest() {
      const names = readdirSync(folder).filter((file) => file.endsWith('.png')).map((file) => file.slice(0, -4));
      const unasked = names.filter((name) => !asked.has(name));
      if (update) for (const name of unasked) rmSync(join(folder, `${name}.png`));
      return update ? [] : unasked;
    },
    /** The most pixels in which a picture that passed differed from its golden. */
    most: () => most,
    /** How many pictures were judged. */
    count: () => asked.size,
  };
}
