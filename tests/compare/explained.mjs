// SPDX-License-Identifier: MIT
// Where Node's URL class is known to differ from the URL standard, and why. Each row either mends
// Node's answer, which must then be ours in all parts, or says of a question that Node should have
// refused it. doc/why/url-against-node.md has the evidence.
import {domainToUnicode} from 'node:url';

export const parts = ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname',
  'search', 'hash'];

/** What Node makes of it: the parts, or null where it is no URL. */
export function parse(input, base) {
  try {
    const url = base === null ? new URL(input) : new URL(input, base);
    return Object.fromEntries(parts.map(p => [p, url[p]]));
  } catch {
    return null;
  }
}

const equal = (a, b) => a === null || b === null ? a === b : parts.every(p => a[p] === b[p]);
const special = url => /^(https?|wss?|ftp|file):$/.test(url.protocol);
// A path is opaque where nothing but a "/" could have made it a list, and there is none.
const opaque = url => !special(url) && !url.pathname.startsWith('/') &&
  !url.href.startsWith(url.protocol + '//');
const clean = text => text.replace(/^[\0- ]+|[\0- ]+$/g, '').replace(/[\t\n\r]/g, '');

// Another pathname in an answer, and in its href.
function withPathname(url, pathname) {
  let at = url.protocol.length;
  if (url.href.startsWith('//', at))
    at += 2 + url.host.length + (url.username || url.password ? url.username.length + 1 : 0) +
      (url.password ? url.password.length + 1 : 0);
  else if (url.pathname.startsWith('//'))
    at += 2; // "/."
  return {...url, pathname, href: url.href.slice(0, at) + pathname + url.href.slice(at + url.pathname.length)};
}

// A path without its dot segments, as the path state makes it.
function withoutDots(pathname) {
  const segments = [];
  const given = pathname.split('/').slice(1);
  given.forEach((segment, i) => {
    const dots = segment.replace(/%2e/gi, '.');
    if (dots === '..')
      segments.pop();
    if (dots !== '.' && dots !== '..')
      segments.push(segment);
    else if (i === given.length - 1)
      segments.push('');
  });
  return segments.map(segment => '/' + segment).join('');
}

// ---- what stands where a host may ----------------------------------------------------------------

// Decodes what is percent-encoded in a host, but for ASCII characters that mean something there.
const decodeHost = host => host.replace(/(?:%[0-9a-f]{2})+/gi, run => {
  try {
    return decodeURIComponent(run).replace(/[^A-Za-z0-9.\x80-\u{10ffff}-]/gu, encodeURIComponent);
  } catch {
    return run;
  }
});

// Changes the host of a question, if it has one, and nothing else: any other text is left alone.
function mapHost(text, change) {
  const [, before, host, after] = /^((?:[^/\\?#:]*:)?[/\\]*(?:[^/\\?#]*@)?)([^/\\?#]*)(.*)$/su.exec(clean(text));
  const decoded = decodeHost(host);
  const changed = change(decoded);
  return changed === decoded ? text : before + changed + after;
}

// The labels of a host, decoded. Those Node cannot decode stay.
const unicodeLabels = url => url.hostname.split('.').map(label =>
  label.startsWith('xn--') ? domainToUnicode(label) || label : label);

// The bidirectional class of a character as far as RFC 5893 asks, from its script and kind.
function bidiClass(c) {
  if (/[0-9\u06f0-\u06f9]/.test(c)) return 'EN';
  if (/[\u0600-\u0605\u0660-\u0669\u066b\u066c\u06dd\u0890\u0891\u08e2\u{10d30}-\u{10d39}\u{10d40}-\u{10d49}\u{10e60}-\u{10e7e}]/u.test(c)) return 'AN';
  if (/\p{Mn}|\p{Me}/u.test(c)) return 'NSM';
  if (/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u.test(c)) return 'R';
  if (/[+-]/.test(c)) return 'ES';
  if (/\p{L}|\p{N}|\p{Mc}/u.test(c)) return 'L';
  return 'ON';
}

// Section 2 of RFC 5893, for a host of which some label is written from right to left.
function breaksBidiRule(url) {
  const labels = unicodeLabels(url).map(label => Array.from(label, bidiClass));
  if (!labels.flat().some(c => c === 'R' || c === 'AN'))
    return false;
  return labels.some(classes => {
    if (classes.length === 0)
      return false;
    const last = classes.findLast(c => c !== 'NSM');
    if (classes[0] === 'R')
      return classes.includes('L') || !['R', 'EN', 'AN'].includes(last) ||
        (classes.includes('EN') && classes.includes('AN'));
    return classes[0] !== 'L' || classes.includes('R') || classes.includes('AN') || !['L', 'EN'].includes(last);
  });
}

// RFC 5892 appendix A: a joiner follows a virama; a non-joiner may stand in a word that joins, too.
const virama = '[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0e3a\u0eba\u0f84\u1039' +
  '\u103a\u1714\u1734\u17d2\u1a60\u1b44\u1baa\u1bab\u1bf2\u1bf3\u2d7f\ua806\ua8c4\ua953\ua9c0\uaaf6\uabed]';
const breaksJoinerRule = label => new RegExp(`(?<!${virama})\u200d`, 'u').test(label) ||
  (new RegExp(`(?<!${virama})\u200c`, 'u').test(label) && !/[\u0600-\u08ff\u1800-\u18af\ua840-\ua87f]/.test(label));

// ---- Node accepts what it should refuse ----------------------------------------------------------

// A row tells from Node's answer, or from the base, that it should have been refused.
const refusedHosts = [
  ['Bidi: a label breaks the rule of RFC 5893, which CheckBidi asks for', breaksBidiRule],
  ['Punycode: a label decodes to ASCII alone, or to what starts with "xn--" again, or is no Punycode',
    url => url.hostname.split('.').some(label => /^xn--(.*-|-[^-]*)?$/.test(label) ||
      (label.startsWith('xn--') && domainToUnicode(label).startsWith('xn--')))],
  ['IDNA: a label starts with a combining mark', url => unicodeLabels(url).some(label => /^\p{M}/u.test(label))],
  ['IDNA: a joiner stands where CheckJoiners forbids it', url => unicodeLabels(url).some(breaksJoinerRule)],
];

const notFragmentAlone = 'opaque base: only a reference that starts with "#" can be resolved, not any that has one';

function whyRefused(input, base, answer) {
  for (const url of [answer, base])
    for (const [reason, test] of refusedHosts)
      if (url && special(url) && test(url))
        return reason;
  if (base && opaque(base) && /^[^#]+#/s.test(clean(input)) &&
      parse(clean(input).replace(/#.*/s, ''), base.href) === null)
    return notFragmentAlone;
  return null;
}

// ---- Node should have answered as it does to another question ------------------------------------

// What UTS #46 maps since Unicode 15.1 and 16 and refused or mapped otherwise before.
const remaps = [[0x4c0, 0x4c0, 0x4cf], [0x10a0, 0x10c5, 0x2d00], [0x115f, 0x1160, 0], [0x17b4, 0x17b5, 0],
  [0x180e, 0x180e, 0], [0x1e9e, 0x1e9e, 0xdf], [0x2061, 0x2063, 0], [0x206a, 0x206f, 0], [0x2132, 0x2132, 0x214e],
  [0x2183, 0x2183, 0x2184], [0x3164, 0x3164, 0], [0xffa0, 0xffa0, 0], [0x1d173, 0x1d17a, 0],
  [0x2f868, 0x2f868, 0x36fc], [0x2f874, 0x2f874, 0x5f53], [0x2f91f, 0x2f91f, 0x243ab], [0x2f95f, 0x2f95f, 0x7aee],
  [0x2f9bf, 0x2f9bf, 0x45d7]];

const remap = text => Array.from(text, c => {
  const point = c.codePointAt(0);
  const row = remaps.find(([first, last]) => first <= point && point <= last);
  return !row ? c : row[2] ? String.fromCodePoint(row[2] + point - row[0]) : '';
}).join('');

// A row changes the question and, where it put a stand-in there, takes that out of the answer.
const asked = [
  ['IDNA: mapped since Unicode 15.1 or 16', text => mapHost(text, remap)],
  ['IDNA: an ASCII domain is lower-cased and no more, whatever its "xn--" labels',
    text => mapHost(text, host => /^[\0-\x7f]*$/.test(host) ? host.replace(/xn--/gi, 'xn0-') : host),
    ['xn0-', 'xn--']],
  ['file: only a whole segment is a drive letter, which ".." does not leave',
    text => clean(text).replace(/(?<=[/\\]|^file:)([a-z])([:|])(?=[^/\\?#])/gi,
      (_, letter, sign) => letter + (sign === ':' ? '~colon~' : '~bar~')),
    ['~colon~', ':'], ['~bar~', '|']],
];

const standIn = rows => url => rows.length ? JSON.parse(rows.reduce((text, [from, to]) =>
  text.replaceAll(from, to), JSON.stringify(url))) : url;

// Every question that comes of these rows, for the reference, the base or both; the plain one first.
function questions(input, base) {
  let all = [{input, base, undo: x => x, reasons: []}];
  for (const [reason, change, ...rows] of asked) {
    const more = all.flatMap(q => [[true, false], [false, true], [true, true]].map(([i, b]) => ({
      input: i ? change(q.input) : q.input,
      base: b && q.base !== null ? change(q.base) : q.base,
      undo: x => q.undo(standIn(rows)(x)),
      reasons: [...q.reasons, reason],
      changed: (i && change(q.input) !== q.input) || (b && q.base !== null && change(q.base) !== q.base),
    })));
    all = all.concat(more.filter(q => q.changed));
  }
  // The base may be one that Node gets wrong by itself.
  const more = all.flatMap(q => mended.flatMap(([reason, mend]) => {
    const parsed = q.base === null ? null : parse(q.base, null);
    const better = parsed && mend(parsed, '', null);
    return parsed && better.href !== parsed.href ? [{...q, base: better.href, reasons: [...q.reasons, reason]}] : [];
  }));
  return all.concat(more);
}

// ---- Node's answer can be mended -----------------------------------------------------------------

const mended = [
  ['"^" is in the path percent-encode set', url =>
    opaque(url) ? url : withPathname(url, url.pathname.replaceAll('^', '%5E'))],
  ['a space that ends an opaque path is percent-encoded', url =>
    opaque(url) ? withPathname(url, url.pathname.replace(/ $/, '%20')) : url],
  ['an empty query is taken over from the base', (url, input, base) =>
    base && /^[^#]*\?(#|$)/.test(base.href) && /^([a-z]+:)?(#.*)?$/is.test(clean(input)) && !/^[^#]*\?/.test(url.href)
      ? {...url, href: url.href.replace(/(#.*)?$/s, '?$&')} : url],
  ['dot segments that leave nothing still leave "/"', url =>
    !special(url) && url.pathname === '' ? withPathname(url, '/') : url],
  ['dot segments count after a segment that only starts with a dot, too', url =>
    !opaque(url) && /\/\.[^/]/.test(url.pathname) ? withPathname(url, withoutDots(url.pathname)) : url],
];

// The reasons why `answer` is not `ours`, or null.
function whyOtherwise(ours, answer, undo, input, base) {
  let states = [{answer, reasons: []}];
  for (const [reason, mend] of mended)
    states = states.concat(states.map(s =>
      ({answer: mend(s.answer, input, base), reasons: [...s.reasons, reason]})));
  return states.find(s => equal(undo(s.answer), ours))?.reasons ?? null;
}

/** Why Node's answer is not ours: a text, or null where nothing here tells. */
export function explain(input, base, ours) {
  for (const q of questions(input, base)) {
    const parsedBase = q.base === null ? null : parse(q.base, null);
    const answer = parse(q.input, q.base);
    let reasons = null;
    if (ours !== null)
      reasons = answer && whyOtherwise(ours, answer, q.undo, q.input, parsedBase);
    else if (answer === null)
      reasons = q.reasons.includes(asked[0][0]) ? [] : null; // Node maps it to what it then accepts
    else if (whyRefused(q.input, parsedBase, answer))
      reasons = [whyRefused(q.input, parsedBase, answer)];
    if (reasons)
      return [...new Set([...q.reasons, ...reasons])].join(' + ');
  }
  return null;
}
