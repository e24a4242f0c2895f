// numbers.mjs - numbers to try, from a seed: of every plan, right and wrong, written in many ways.
import { readFileSync } from 'node:fs';

const file = new URL('./node_modules/libphonenumber-js/metadata.max.json', import.meta.url);
const metadata = JSON.parse(readFileSync(file, 'utf8'));

// mulberry32: the same numbers on every machine.
export function dice(seed) {
  let a = seed >>> 0;
  const next = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, one: (list) => list[below(list.length)], chance: (p) => next() < p };
}

const digits = (d, n) => Array.from({ length: n }, () => d.below(10)).join('');

// Some text that a pattern of the metadata matches.
function sample(source, d) {
  let at = 0;
  const choice = () => {
    const all = [sequence()];
    while (source[at] === '|') {
      at++;
      all.push(sequence());
    }
    const chosen = d.one(all);
    return () => chosen();
  };
  const sequence = () => {
    const parts = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated());
    return () => parts.map((part) => part()).join('');
  };
  const repeated = () => {
    const part = atom();
    const found = /^(?:\?|\{(\d+)(?:,(\d+))?\})/.exec(source.slice(at));
    if (!found) return part;
    at += found[0].length;
    const least = +(found[1] ?? 0), most = +(found[2] ?? found[1] ?? 1);
    return () => Array.from({ length: least + d.below(most - least + 1) }, part).join('');
  };
  const atom = () => {
    const found = /^(?:\\d|\[([\d-]+)\]|\d)/.exec(source.slice(at));
    if (!found) {
      at += source.startsWith('(?:', at) ? 3 : 1;
      const inside = choice();
      at++;
      return inside;
    }
    at += found[0].length;
    if (found[0] === '\\d') return () => String(d.below(10));
    const all = [];
    for (const [, from, to] of (found[1] ?? found[0]).matchAll(/(\d)(?:-(\d))?/g))
      for (let x = +from; x <= +(to ?? from); x++) all.push(String(x));
    return () => d.one(all);
  };
  return choice()();
}

// Patterns choose anew at each call: parse, then draw.
const abroad = Object.entries(metadata.countries)
  .filter(([, row]) => row[0] !== '1')
  .map(([country, row]) => ({
    country,
    code: row[0],
    trunk: row[5] || '',
    patterns: (row[11] || []).filter(Boolean).map((kind) => kind[0]),
  }));

function spoil(national, d) {
  const at = d.below(national.length);
  const kind = d.below(4);
  if (kind === 0) return national.slice(0, at) + d.below(10) + national.slice(at + 1);
  if (kind === 1) return national.slice(0, at) + national.slice(at + 1);
  if (kind === 2) return national.slice(0, at) + d.below(10) + national.slice(at);
  return national.slice(0, 1) + digits(d, national.length - 1);
}

function drawAbroad(d) {
  const { country, code, trunk, patterns } = d.one(abroad);
  let national = sample(d.one(patterns), d);
  if (d.chance(0.25)) national = spoil(national, d);
  return { country, code, trunk, national };
}

function drawNorthAmerican(d) {
  const npa = d.chance(0.03) ? d.one(['011', '123', '055', '190']) : String(200 + d.below(800));
  const special = ['211', '411', '911', '555', '555', '000', '123', '950', '976', '310', '700'];
  const nxx = d.chance(0.1) ? d.one(special) : d.chance(0.03) ? digits(d, 3) : String(200 + d.below(800));
  let line = d.chance(0.05) ? d.one(['0100', '0199', '1212', '0000', '1234']) : digits(d, 4);
  if (d.chance(0.03)) line = line.slice(1);
  else if (d.chance(0.03)) line += d.below(10);
  return { country: 'US', code: '1', trunk: '1', national: npa + nxx + line };
}

// ---- ways of writing

function grouped(national, d, separators) {
  if (separators.length === 0) return national;
  const sizes = d.one([[3, 3], [2, 2, 2, 2], [2, 3, 3], [3, 4], [4, 3], [1, 4], [2, 4], [5]]);
  const parts = [];
  let rest = national;
  for (const size of sizes) {
    if (rest.length <= size) break;
    parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  parts.push(rest);
  return parts.join(d.one(separators));
}

const SCRIPTS = { fullwidth: 0xff10, arabic: 0x0660, persian: 0x06f0, devanagari: 0x0966 };
const inScript = (text, zero) =>
  text.replace(/\d/g, (c) => String.fromCodePoint(zero + Number(c)));

const SEPARATORS = [[' '], ['-'], ['.'], [' ', '-'], ['\u00a0'], ['\u2011'], ['\u2013'], []];

function styleBody(n, d) {
  const national = grouped(n.national, d, d.one(SEPARATORS));
  switch (d.below(n.code === '1' ? 7 : 6)) {
    case 0:
      return { typed: `+${n.code}${n.national}`, country: d.one(['-', n.country]) };
    case 1:
      return { typed: `+${n.code} ${national}`, country: d.one(['-', 'US', n.country]) };
    case 2:
      return { typed: n.trunk + national, country: n.country };
    case 3:
      return { typed: national, country: n.country };
    case 4:
      if (n.code !== '1' && n.trunk === '0')
        return { typed: `+${n.code} (0)${national}`, country: n.country };
      return { typed: `${n.code} ${national}`, country: n.country };
    case 5:
      return { typed: `011 ${n.code} ${national}`, country: 'US' };
    default:
      return {
        typed: `(${n.national.slice(0, 3)}) ${n.national.slice(3, 6)}-${n.national.slice(6)}`,
        country: d.one(['-', 'US', 'CA']),
      };
  }
}

const EXTENSIONS = [(x) => ` x${x}`, (x) => ` ext. ${x}`, (x) => ` ext ${x}`, (x) => ` extension ${x}`,
  (x) => `;ext=${x}`, (x) => ` #${x}`, (x) => `x${x}`];
const TRAILS = [' (office)', ' ext', ' option 2', ' or so', ', ask for Ann'];

function dress(written, d) {
  const roll = d.below(100);
  let { typed, country } = written, extension = '';
  if (roll < 8) {
    extension = digits(d, 1 + d.below(6));
    typed += d.one(EXTENSIONS)(extension);
  } else if (roll < 14) {
    typed = inScript(typed, SCRIPTS[d.one(Object.keys(SCRIPTS))]);
  } else if (roll < 17 && typed.startsWith('+')) {
    typed = 'tel:' + typed.replaceAll(' ', '-');
  } else if (roll < 19) {
    typed += d.one(TRAILS);
  } else if (roll < 21) {
    typed = `  ${typed} `;
  } else if (roll < 23) {
    typed = `\u202a${typed}\u202c`;
  } else if (roll < 25 && !typed.startsWith('+') && !typed.startsWith('0')) {
    typed = '+' + typed; // the plus too many
  }
  return { typed, country };
}

function drawOdd(d) {
  const mexican = digits(d, 8);
  const n10 = String(200 + d.below(800)) + String(200 + d.below(800)) + digits(d, 4);
  return d.one([
    () => ({ typed: `+52 1 55 ${mexican}`, country: 'MX' }),
    () => ({ typed: `${d.one(['044', '045', '01'])} 55 ${mexican}`, country: 'MX' }),
    () => ({ typed: `310-${digits(d, 4)}`, country: 'CA' }),
    () => ({ typed: `0 11 15 ${mexican}`, country: 'AR' }),
    () => ({ typed: `0 15 11 9${mexican}`, country: 'BR' }),
    () => ({ typed: `1-800-${d.one(['FLOWERS', 'GOFEDEX', 'CONTACTS'])}`, country: 'US' }),
    () => ({ typed: `$(curl x) ${n10}`, country: 'US' }),
    () => ({ typed: `{"phone":"${n10}"}`, country: 'US' }),
    () => ({ typed: `../../${n10}`, country: 'US' }),
    () => ({ typed: `=HYPERLINK("${n10}")`, country: 'US' }),
    () => ({ typed: `${n10} ${n10}`, country: 'US' }),
    () => ({ typed: `tel:${n10};phone-context=+1`, country: 'US' }),
    () => ({ typed: `call ${n10}`, country: 'US' }),
    () => ({ typed: digits(d, 1 + d.below(20)), country: d.one(['US', 'GB', 'DE', 'CA', 'MX']) }),
  ])();
}

export function draw(d) {
  if (d.chance(0.03)) return drawOdd(d);
  return dress(styleBody(d.chance(0.45) ? drawNorthAmerican(d) : drawAbroad(d), d), d);
}
