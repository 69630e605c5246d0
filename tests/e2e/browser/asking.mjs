// Plain requests beside the browser: forms posted in bulk, with what every answer must hold.
import { Agent, request } from 'node:http';
import { fault } from './harness.mjs';

const agent = new Agent({ keepAlive: true, maxSockets: 6 });
const AT_ONCE = 6;
/** Bytes of a body that a server need not read to its end. */
const LARGE = 100_000;

/** How many answers there were of each status, by what was asked. */
export const answers = {};

/** One request; what is wrong with any answer is a fault at once. */
export function ask(where, method, address, { body = '', cookie = '', headers = {} } = {}) {
  const url = new URL(address);
  return new Promise((done, failed) => {
    const sent = request({
      agent: body.length > LARGE ? false : agent, method, host: url.hostname, port: url.port, path: address.slice(url.origin.length) || '/',
      headers: {
        ...method === 'POST' && {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
          origin: url.origin,
          'sec-fetch-site': 'same-origin',
        },
        ...cookie && { cookie },
        ...headers,
      },
    }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        judge(where, address, answer, text);
        done({ status: answer.statusCode, headers: answer.headers, text, bytes: Buffer.concat(pieces) });
      });
      answer.on('error', failed);
    });
    sent.on('error', (error) => {
      if (!/EPIPE|ECONNRESET/.test(error.code)) failed(error);
      // A body that is too large is refused before it was read: that is an answer too.
      else if (body.length > LARGE) done({ status: 413, headers: {}, text: '' });
      // The connection was closed between two requests.
      else if (sent.reusedSocket) done(ask(where, method, address, { body, cookie, headers }));
      else failed(error);
    });
    sent.end(body);
  });
}

function judge(where, address, answer, text) {
  const status = answer.statusCode;
  answers[where] ??= {};
  answers[where][status] = (answers[where][status] ?? 0) + 1;
  const what = `${where} (${address.slice(0, 120)})`;
  if (status >= 500) fault(what, `status ${status}`);
  const to = answer.headers.location;
  if (to !== undefined && !/^\/(?![/\\])[\x21-\x7e]*$/.test(to)) fault(what, `leads to ${to}`);
  if (status >= 300 && status < 400 && to === undefined && status !== 304) fault(what, 'leads nowhere');
  if (/<x-canary|<[a-z][^<>"']*\sx-canary/i.test(text) && /html/.test(answer.headers['content-type'] ?? '')) fault(what, 'an element out of a text');
  if (status >= 400 && !/html|json|image/.test(answer.headers['content-type'] ?? '')) fault(what, `status ${status} without a page: ${text.slice(0, 80)}`);
  if (/html/.test(answer.headers['content-type'] ?? '') && !/script-src 'self'|default-src '(self|none)'/.test(answer.headers['content-security-policy'] ?? '')) {
    fault(what, 'no content policy');
  }
}

/** Does the same with each, a few at a time. */
export async function each(all, act) {
  const rest = [...all.entries()];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await act(next[1], next[0]);
  }));
}

/** The body of a form; values come percent-encoded. */
export const form = (pairs) => Object.entries(pairs).map(([name, value]) => `${name}=${value}`).join('&');
