#!/usr/bin/env node
// oracle.mjs - numberd's parser against libphonenumber's JavaScript port, number by number.
//
//   node tests/oracle/oracle.mjs --count 1000000 --seed 1 --parser out/debug/tests/oracle/parse
//
// Where the two differ, the difference must fall into a class of deviations.mjs, each with its
// reason.  One that falls into none fails.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

import parsePhoneNumber from 'libphonenumber-js/max';

import { classify, DEVIATIONS } from './deviations.mjs';
import { dice, draw } from './numbers.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    parser: { type: 'string', default: 'out/debug/tests/oracle/parse' },
  },
});
const BATCH = 20000;
const MOST_SHOWN = 40;

const KINDS = {
  FIXED_LINE: 'geographic', FIXED_LINE_OR_MOBILE: 'geographic', MOBILE: 'mobile',
  TOLL_FREE: 'tollfree', PREMIUM_RATE: 'premium', PERSONAL_NUMBER: 'personal', VOIP: 'voip',
  SHARED_COST: 'sharedcost', UAN: 'uan', PAGER: 'nongeographic', VOICEMAIL: 'nongeographic',
};

function ask(numbers) {
  const input = numbers.map((n) => `${n.country}\t${n.typed}\n`).join('');
  const lines = execFileSync(values.parser, { input, maxBuffer: 1 << 28 }).toString().split('\n');
  return numbers.map((_, i) => {
    const [e164, extension, country, kind, ndc, flags] = lines[i].split('\t');
    if (e164 === '!') return { code: extension };
    return { e164, extension, country, kind, ndc, flags: flags.trim().split(' ') };
  });
}

// Its reading; null where it finds no number, or none that can be.
function readOther(n) {
  const country = n.country === '-' ? 'US' : n.country;
  const p = parsePhoneNumber(n.typed.trim(), { defaultCountry: country, extract: false });
  if (p === undefined) return null;
  return {
    e164: p.number, extension: p.ext ?? '', country: p.country ?? '', isValid: p.isValid(),
    kind: KINDS[p.getType()] ?? '', code: p.countryCallingCode, national: p.nationalNumber,
  };
}

function agree(ours, theirs) {
  if (ours.code !== undefined) return theirs === null || !theirs.isValid;
  return theirs !== null && theirs.isValid && ours.e164 === theirs.e164 &&
    ours.extension === theirs.extension && ours.kind === theirs.kind &&
    ours.country === theirs.country && !ours.flags.includes('unlisted_range');
}

const d = dice(Number(values.seed));
const tally = new Map(DEVIATIONS.map((deviation) => [deviation.name, 0]));
const total = Number(values.count);
let accepted = 0, unexplained = 0;
for (let done = 0; done < total; done += BATCH) {
  const numbers = Array.from({ length: Math.min(BATCH, total - done) }, () => draw(d));
  const answers = ask(numbers);
  numbers.forEach((n, i) => {
    const ours = answers[i], theirs = readOther(n);
    accepted += ours.code === undefined;
    if (agree(ours, theirs)) return;
    const name = classify(n, ours, theirs, (e164) => readOther({ typed: e164, country: '-' }));
    if (name !== null) {
      tally.set(name, tally.get(name) + 1);
    } else if (unexplained++ < MOST_SHOWN) {
      console.log('unexplained:', JSON.stringify({ ...n, ours, theirs }));
    }
  });
}
const deviations = [...tally.values()].reduce((a, b) => a + b, 0);
console.log(`${total} numbers, seed ${values.seed}: ${accepted} accepted, ` +
  `${total - deviations - unexplained} as libphonenumber, ${deviations} explained, ${unexplained} not`);
for (const { name, why } of DEVIATIONS)
  console.log(`${String(tally.get(name)).padStart(9)}  ${name}: ${why}`);
console.log(`${unexplained === 0 ? 1 : 0} passed, ${unexplained === 0 ? 0 : 1} failed`);
process.exit(unexplained === 0 ? 0 : 1);
