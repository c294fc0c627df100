// SPDX-License-Identifier: MIT
// Makes URL-like strings, the same ones for the same seed: well-formed, slightly off, and noise.

/** A generator of numbers (splitmix32): next(n) is a whole number from 0 to n - 1. */
export function random(seed) {
  let state = seed >>> 0;
  return n => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return Math.floor(((z ^ (z >>> 15)) >>> 0) / 2 ** 32 * n);
  };
}

const specials = ['http', 'https', 'ws', 'wss', 'ftp', 'file'];
const others = ['a', 'mailto', 'data', 'javascript', 'blob', 'about', 'urn', 'git+ssh', 'x-y.z', 'h2',
  'non-special', 'HtTp', 'FILE', 'wS', 'C', 'd', 'httpx', 'htt', '1a', 'a_b', 'é', '+x', ''];
const words = ['a', 'b', 'www', 'example', 'Example', 'COM', 'foo-bar', 'x_y', 'localhost', 'LOCALhost',
  '0', '1', '9', 'index.html', 'p%61th', 'q=1', 'a=b&c=d', 'C:', 'c|', 'D|', 'C:a', '%43:', 'Z%7C', 'CC|'];
const dots = ['.', '..', '%2e', '%2E', '.%2e', '%2e.', '%2E%2e', '...', '..a', '.a', '%2e%2e%2e', '%2', '%'];
const unicode = ['é', 'ß', 'ü', '☃', '日本', 'İ', 'ſ', 'Å', 'σ', 'ς', 'ﬁ', '①', 'Ⅷ', '１', '．', '。', '｡', '：',
  '／', '？', '＃', '＠', '％', '＂', '\u00ad', '\u200b', '\u200c', '\u200d', '\ufeff', '\u2060', '\u0300', 'e\u0301',
  'א', 'ب', '۱', '٣', 'नी', '\u0660', '😀', '\u{10ffff}', '\ufdd0', '\ufffe', '\ufffd', '\ud800', '\udfff', '≠',
  'ẞ', 'Ⴀ', 'Ӏ', '\u180e', '\u2061', 'ﷺ', '℀', '㏂', '\u3164', '\ua720', 'Ａ', 'ｚ', '\u{1d400}', '⒈', '\u0378',
  '\u{2f868}', '‥', '\u00a0', '\u3000', '\u2028', '\u0085', '\u009f', 'क्\u200d', '·', '・', '׳'];
const ace = ['xn--', 'XN--', 'xn--9ca', 'xn--a', 'xn--abc-', 'xn--fa-hia', 'xn--4db', 'xn--1ch', 'xn--xn---epa',
  'xn--ls8h', 'xn--8i7caa', 'xn--zca', 'xn---', 'xn--a-ecp', 'xn--0', 'xn--zn7c', 'ab--c', '-a', 'a-', '-'];
const numbers = ['0', '1', '127', '255', '256', '00', '007', '08', '0x', '0X7f', '0xff', '0x100', '0xg', '65535',
  '65536', '16777215', '16777216', '4294967295', '4294967296', '99999999999', '0377', '0400', '1e3', '-1', '1a', ''];
const hexes = ['0', '1', 'ffff', 'FFFF', '00ab', '1234', '10000', 'g', '', '%31', 'abc', '01'];
const ascii = Array.from({length: 128}, (_, i) => String.fromCharCode(i));
const marks = [' ', '"', '#', '$', '%', '&', "'", '(', '*', '+', ',', '/', ':', ';', '<', '=', '>', '?', '@', '[',
  '\\', ']', '^', '_', '`', '{', '|', '}', '~', '\t', '\n', '\r', '\0', '\x1f', '\x7f'];

export function generator(seed) {
  const next = random(seed);
  const one = list => list[next(list.length)];
  const chance = percent => next(100) < percent;
  const times = (most, make, between = '') => Array.from({length: next(most + 1)}, make).join(between);

  const percent = () => chance(70)
    ? '%' + one('0123456789abcdefABCDEF') + one('0123456789abcdefABCDEF') : one(['%', '%a', '%zz', '%%', '%1g']);
  const encoded = text => Array.from(Buffer.from(text), b =>
    '%' + b.toString(16).padStart(2, '0')).join('');
  const point = () => {
    const c = next(chance(70) ? 0x3000 : 0x110000);
    return String.fromCodePoint(c);
  };
  const noise = () => one([() => one(ascii), () => one(marks), () => one(marks), () => one(unicode), percent,
    () => one(words), () => encoded(one(unicode)), point])();

  const label = () => one([() => one(words), () => one(words), () => one(numbers), () => one(ace),
    () => one(unicode) + (chance(50) ? one(words) : ''), () => one(words) + one(unicode), noise,
    () => encoded(one(unicode)), () => one(ace) + one(unicode), () => times(4, noise)])();
  const ipv4 = () => Array.from({length: 1 + next(5)}, () => one(numbers)).join('.') + (chance(15) ? '.' : '');
  const ipv6 = () => {
    let text = times(9, () => one(hexes), ':');
    if (chance(60)) text = times(4, () => one(hexes), ':') + '::' + times(4, () => one(hexes), ':');
    if (chance(25)) text += (chance(80) ? ':' : '') + ipv4();
    return chance(90) ? `[${text}]` : '[' + text;
  };
  const domain = () => Array.from({length: 1 + next(4)}, label).join(chance(90) ? '.' : one(['..', '。', '．', '｡']))
    + (chance(10) ? '.' : '');
  const host = () => one([domain, domain, domain, domain, ipv4, ipv6, () => '', () => times(5, noise),
    () => 'example.com'])();
  const userinfo = () => chance(75) ? '' : one([() => 'u', () => 'u:p', () => ':', () => '', () => ':p',
    () => times(6, noise)])() + '@';
  const port = () => chance(70) ? '' : ':' + one(['80', '443', '21', '0', '', '65535', '65536', '8080', '0080',
    '8x', ' 1', '-1', '99999999999', times(3, noise)]);
  const slash = () => chance(85) ? '/' : one(['\\', '//', '/\\', '\\\\', '']);
  const segment = () => one([() => one(words), () => one(words), () => one(dots), () => one(dots), noise, () => '',
    () => one(unicode), () => times(6, noise)])();
  const path = () => times(6, () => slash() + segment()) + (chance(20) ? slash() : '');
  const query = () => (chance(35) ? '?' + times(6, noise) : '') + (chance(30) ? '#' + times(6, noise) : '');
  const scheme = () => one(chance(65) ? specials : others);

  const absolute = () => scheme() + ':' + one(['//', '//', '//', '//', '/', '', '///', '\\\\', '/\\'])
    + userinfo() + host() + port() + path() + query();
  const opaque = () => one(others) + ':' + times(8, noise) + (chance(20) ? ' ' : '') + query();
  const hierarchical = () => one(others) + ':' + path() + query();
  const relative = () => one([() => path(), () => segment() + path(), () => one(['//', '\\\\', '/\\', '///'])
    + userinfo() + host() + port() + path(), () => '', () => scheme() + ':' + segment() + path()])() + query();
  const file = () => 'file:' + one(['', '/', '//', '///', '////', '\\\\', '//localhost/', '//h/'])
    + one(['', 'C:', 'c|', 'C:/', 'C|\\', '/C:/', 'CC:', 'C:a', '%43:']) + path() + query();

  // Changes a few characters anywhere.
  const spoil = text => {
    for (let i = next(3); i > 0; i--) {
      const at = next(text.length + 1);
      text = text.slice(0, at) + noise() + text.slice(at + next(2));
    }
    return text;
  };
  const base = () => one([absolute, absolute, absolute, file, hierarchical, opaque, () => 'http://h/p/q?r#s',
    () => 'https://u:p@example.com:8443/a/b/c?d=e#f', () => 'file:///C:/a/b', () => 'a://b/c/d', () => 'mailto:x'])();

  return () => {
    let input = one([absolute, absolute, absolute, relative, relative, relative, file, hierarchical, opaque,
      () => times(10, noise)])();
    if (chance(30)) input = spoil(input);
    if (chance(5)) input = one(marks) + input + one(marks);
    if (chance(5)) { // tabs and newlines between any two characters, halves of a pair included
      const at = next(input.length + 1);
      input = input.slice(0, at) + one(['\t', '\n', '\r']) + input.slice(at);
    }
    return {input, base: chance(45) ? null : base()};
  };
}
