// deviations.mjs - where numberd differs from libphonenumber on purpose, and why.
//
// Three lists: how a text is read (the number in it must then still be judged alike), what an
// accepted number is, and what is refused.  A difference belongs to the first class that fits.

import { readFileSync } from 'node:fs';

// In service by the North American administrator's list of September 2026, with no exchange in
// libphonenumber yet.
const NEW_CODES = ['357', '436', '457', '465', '471', '483', '621', '624', '679', '729', '837',
  '861', '924'];
// What is dialled before a number abroad, by country; '' where that chooses a carrier.
const PREFIXES = new Map(readFileSync(new URL('../../data/countries.csv', import.meta.url), 'utf8')
  .split('\n').map((line) => line.split(',')).map((row) => [row[1], row[3]]));
const npa = (e164) => (e164.startsWith('+1') ? e164.slice(2, 5) : '');
const FILLING_UP = ['983'];
const isNew = (e164) => NEW_CODES.includes(npa(e164));

const asciiDigits = (text) => text.replace(/[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g,
  (c) => String(c.codePointAt(0) & 0xf)).replace(/\D/g, '');

const READING = [
  {
    name: 'prefixes_given_up',
    why: 'Mexico\'s 1, 01, 044 and 045 and Lithuania\'s 8 are history; people still write them',
    fits: (n, ours) => ours.flags.includes('legacy_prefix'),
  },
  {
    name: 'trailing_words',
    why: 'words after a number are cut off and flagged; there they spoil it or become digits',
    fits: (n, ours) => ours.flags.includes('trailing_text'),
  },
  {
    name: 'keypad_letters',
    why: 'letters of a North American number are keypad digits; the port reads none',
    fits: (n, ours) => ours.flags.includes('vanity'),
  },
  {
    name: 'digits_of_every_script',
    why: 'every decimal digit of Unicode counts; the port knows ASCII, full-width and Arabic',
    fits: (n, ours, theirs) => theirs === null && /[\u0966-\u096f]/.test(n.typed),
  },
  {
    name: 'marks_that_steer_display',
    why: 'direction marks, as copied from a contact list, are not part of a number',
    fits: (n, ours, theirs) => theirs === null && n.typed.includes('\u202a'),
  },
  {
    name: 'tel_links',
    why: 'a tel: link is a number; the port wants it taken out of the link first',
    fits: (n, ours, theirs) => theirs === null && n.typed.startsWith('tel:'),
  },
  {
    name: 'zero_in_parentheses',
    why: 'it is dialled at home only; a few Korean and Italian numbers really start with 0',
    fits: (n, ours, theirs) => n.typed.includes('(0)') && theirs?.national.startsWith('0'),
  },
  {
    name: 'prefixes_by_carrier',
    why: 'where each carrier has its own prefix for calls abroad, we know none',
    fits: (n) => PREFIXES.get(n.country) === '' && !n.typed.includes('+'),
  },
  {
    name: 'begins_like_a_call_abroad',
    why: '00 or 810 begins a call abroad, and a few numbers at home: the listed one is taken, the one abroad first',
    fits: (n) => PREFIXES.get(n.country) && asciiDigits(n.typed).startsWith(PREFIXES.get(n.country)),
  },
  {
    name: 'no_number_left',
    why: 'libphonenumber takes digits for a prefix and is left with no number; as dialled it is one',
    fits: (n, ours, theirs) => theirs !== null && !theirs.isValid,
  },
];

const NUMBERS = [
  {
    name: 'new_area_codes',
    why: 'thirteen area codes in service that libphonenumber calls invalid',
    fits: (ours, theirs) => isNew(ours.e164) && !theirs?.isValid,
  },
  {
    name: 'codes_without_exchanges_there',
    why: '538 and 542 (personal), 700 and 710 are in service',
    fits: (ours, theirs) => ['538', '542', '700', '710'].includes(npa(ours.e164)) && !theirs?.isValid,
  },
  {
    name: 'exchanges_of_islands',
    why: 'of +1 outside the US and Canada libphonenumber lists exchanges; we go by area code',
    fits: (ours, theirs) => npa(ours.e164) !== '' && !['US', 'CA'].includes(ours.country) &&
      ours.kind === 'geographic' && theirs !== null && !theirs.isValid,
  },
  {
    name: 'islands_mobiles',
    why: 'which exchanges of an island are mobile is not told by the area code',
    fits: (ours, theirs) => npa(ours.e164) !== '' && !['US', 'CA'].includes(ours.country) &&
      ours.kind === 'geographic' && theirs?.isValid && theirs.country === ours.country,
  },
  {
    name: 'codes_of_the_whole_plan',
    why: 'toll-free, premium and personal codes serve every country of +1: it is the caller\'s',
    fits: (ours, theirs) => npa(ours.e164) !== '' && ours.kind !== 'geographic' &&
      theirs?.isValid && theirs.kind === ours.kind && theirs.country !== ours.country,
  },
  {
    name: 'personal_exchanges',
    why: 'of a few personal codes libphonenumber lists exchanges; we go by the code',
    fits: (ours, theirs) => ours.kind === 'personal' && npa(ours.e164) !== '' && !theirs?.isValid,
  },
  {
    name: 'canadian_600',
    why: '600, 622 and 633 are for no place and no person in particular; there they are of mixed kinds',
    fits: (ours, theirs) => ['600', '622', '633'].includes(npa(ours.e164)) &&
      theirs?.isValid && ours.kind === 'nongeographic' && theirs.country === ours.country,
  },
  {
    name: 'exchanges_of_new_codes',
    why: 'of codes still filling up libphonenumber lists exchanges; we go by the area code',
    fits: (ours, theirs) => FILLING_UP.includes(npa(ours.e164)) && !theirs?.isValid,
  },
  {
    name: 'belarusian_810',
    why: 'premium numbers of Belarus start with its trunk prefix; libphonenumber cuts it off',
    fits: (ours, theirs) => ours.e164.startsWith('+375810') && !theirs?.isValid,
  },
  {
    name: 'unlisted_ranges',
    why: 'ranges that no pattern lists are taken by the length of their neighbours and flagged',
    fits: (ours, theirs) => ours.flags.includes('unlisted_range') && !theirs?.isValid,
  },
];

const REFUSALS = [
  {
    name: 'code_not_open_yet',
    why: '273 (Quebec) opens on 27 February 2027; libphonenumber takes it already',
    fits: (n, ours, theirs) => ours.code === 'npa_not_in_service' && npa(theirs.e164) === '273',
  },
  {
    name: 'service_code_as_exchange',
    why: 'no place has an exchange such as 911',
    fits: (n, ours, theirs) => ours.code === 'nxx_n11' && /^\+1...[2-9]11/.test(theirs.e164),
  },
  {
    name: 'canadian_310',
    why: 'Canada\'s 310 numbers are dialled without area code and say no place',
    fits: (n, ours, theirs) => ours.code === 'no_area_code' && /^\+1310\d{4}$/.test(theirs.e164),
  },
  {
    name: 'plus_too_many',
    why: '+415 555 1234 is a US number with a plus before it: we ask',
    fits: (n, ours, theirs) => ours.code === 'country_mismatch' && n.typed.includes('+'),
  },
  {
    name: 'not_of_e164_length',
    why: 'an international number has seven to fifteen digits; the patterns list shorter and longer',
    fits: (n, ours, theirs) => theirs.e164.length - 1 < 7 || theirs.e164.length - 1 > 15,
  },
  {
    name: 'a_one_too_many',
    why: '1 1 415 383 1234 is a slip of the finger: we ask',
    fits: (n, ours, theirs) => ours.code === 'too_long' && npa(theirs.e164) !== '' &&
      asciiDigits(n.typed).includes('11' + theirs.national),
  },
  {
    name: 'zero_after_the_code_of_belarus',
    why: '375 0 800 ...: the 0 follows an 8 at home, not the country code',
    fits: (n, ours, theirs) => ours.code === 'too_long' && theirs.country === 'BY' &&
      asciiDigits(n.typed).startsWith('3750'),
  },
  {
    name: 'exchange_0_or_1',
    why: 'no exchange starts with 0 or 1, whatever a pattern of the Dominican Republic lists',
    fits: (n, ours, theirs) => ours.code === 'nxx_invalid' && theirs.country === 'DO' &&
      /^...[01]/.test(theirs.national),
  },
  {
    name: 'local_numbers_completed',
    why: 'an island\'s code is put before a short number there; we ask for the whole number',
    fits: (n, ours, theirs) =>
      [n.country, theirs.country].some((c) => ['NF', 'GG', 'JE', 'IM', 'SM', 'MG', 'CC', 'CX'].includes(c)) &&
      !asciiDigits(n.typed).includes(theirs.national),
  },
  {
    name: 'other_prefixes_abroad',
    why: 'a carrier\'s own prefix for calls abroad (or Mexico\'s 09, Thailand\'s 001) is not known to us',
    fits: (n, ours, theirs) => (['MX', 'TH'].includes(n.country) || PREFIXES.get(n.country) === '') &&
      theirs.country !== n.country,
  },
  {
    name: 'old_zero_of_gabon',
    why: 'Gabon had a 0 before its numbers until 2019; it is refused as a slip',
    fits: (n, ours, theirs) => theirs.country === 'GA' && ours.code === 'invalid_for_country',
  },
  {
    name: 'zero_refused_in_parentheses',
    why: 'without the zero in parentheses the rest is no number',
    fits: (n, ours, theirs) => n.typed.includes('(0)') && theirs.national.startsWith('0'),
  },
  {
    name: 'carrier_prefixes',
    why: 'a prefix that chooses a carrier is known to us for Brazil only',
    fits: (n, ours, theirs) => ['CO', 'KR', 'CN', 'CR', 'JP', 'UY'].includes(n.country) &&
      ours.code === 'invalid_for_country' && asciiDigits(n.typed).includes(theirs.national),
  },
  {
    name: 'number_inside_a_text',
    why: 'a formula, a path, JSON or a sentence is refused, never mined',
    fits: (n, ours) => ['bad_chars', 'not_a_phone_number', 'multiple_numbers'].includes(ours.code) &&
      /[$`{}"=/]|call/.test(n.typed),
  },
];

export const DEVIATIONS = [...READING, ...NUMBERS, ...REFUSALS];

const isSame = (ours, theirs) => theirs?.isValid && theirs.e164 === ours.e164 &&
  theirs.kind === ours.kind && theirs.country === ours.country &&
  !ours.flags.includes('unlisted_range');

// The name of the class, or null.  `askAgain(e164)`: libphonenumber's opinion of that number.
export function classify(n, ours, theirs, askAgain) {
  if (ours.code !== undefined)
    return REFUSALS.find((c) => c.fits(n, ours, theirs))?.name ?? null;
  let opinion = theirs, reading = null;
  if (theirs?.e164 !== ours.e164 || theirs.extension !== ours.extension) {
    if (ours.flags.includes('unlisted_range') && theirs !== null && !theirs.isValid)
      return 'unlisted_ranges'; // two guesses at what is in no list
    reading = READING.find((c) => c.fits(n, ours, theirs));
    if (reading === undefined) return null;
    opinion = askAgain(ours.e164);
    if (isSame(ours, opinion)) return reading.name;
  }
  return NUMBERS.find((c) => c.fits(ours, opinion))?.name ?? null;
}
