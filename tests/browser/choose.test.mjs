// Choosing a number: exactly that one is bought, or the customer is asked again.
// The simulator's ledger is the judge.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { World, fill, signUpByApi, submit } from './world.mjs';

// What a test did, by the ledger.  Each looks in an area of its own: what is for
// sale is remembered for a minute.
let w, start;
const ledger = () => w.simulator('GET', '/ledger');
const bought = async () => (await ledger()).purchases.slice(start.purchases.length).map((p) => p.phone_number);
const areas = ['415', '212', '312', '303', '404', '617', '702', '713', '214', '305', '602', '503', '816', '901', '206'];
const nextPhone = () => `${areas.shift()}5550123`;

before(async () => { w = await World.open(); });
after(async () => { await w?.close(); });

function it(name, options, run) {
  test(name, { timeout: 60000 }, async () => {
    await w.faults(options.faults ?? {});
    start = await ledger();
    const page = await w.page(options);
    try {
      await run(page);
      assert.deepEqual(page.trouble, []);
    } finally {
      await page.context().close();
    }
  });
}

const shown = (e164) => `(${e164.slice(2, 5)}) ${e164.slice(5, 8)}-${e164.slice(8)}`;
const offered = (page) => page.$$eval('#numbers input[name=number]', (all) => all.map((i) => i.value).filter(Boolean));
const sell = (number) => w.simulator('POST', '/sell', { phone_number: number });

async function openNumbers(page, what) {
  await page.goto(w.url);
  await fill(page, what ?? { phone: nextPhone() });
  await page.waitForSelector('#numbers .pick');
  return offered(page);
}

async function choose(page, number) {
  await page.check(`#numbers input[value="${number}"]`);
  await page.waitForFunction(() => document.querySelector('#held').textContent !== '');
}

it('the chosen number is held, and is the one that is bought', {}, async (page) => {
  const numbers = await openNumbers(page);
  assert.ok(numbers.length >= 3);
  await choose(page, numbers[2]);
  assert.match(await page.textContent('#held'), /is kept for you for (30:00|29:\d\d)/);
  const token = await page.inputValue('#hold');
  await page.check('#numbers input[value=""]'); // away, and back: it is still theirs
  assert.equal(await page.inputValue('#hold'), '');
  await choose(page, numbers[2]);
  assert.equal(await page.inputValue('#hold'), token);
  assert.ok((await page.inputValue('#hold')).length > 20);
  assert.ok((await ledger()).reservations.some((r) => JSON.stringify(r).includes(numbers[2])));
  await submit(page);
  await page.waitForSelector('.number');
  assert.equal(await page.textContent('.number'), shown(numbers[2]));
  assert.deepEqual(await bought(), [numbers[2]]);
});

it('a number that goes while it is looked at is told at once', { allowed: [409] }, async (page) => {
  const numbers = await openNumbers(page);
  await sell(numbers[1]);
  await page.check(`#numbers input[value="${numbers[1]}"]`);
  await page.waitForSelector('#held:has-text("has just gone")');
  assert.ok(await page.isDisabled(`#numbers input[value="${numbers[1]}"]`));
  assert.equal(await page.inputValue('#numbers input:checked'), ''); // back to: choose for me
  await choose(page, numbers[2]);
  await submit(page);
  await page.waitForSelector('.number');
  assert.deepEqual(await bought(), [numbers[2]]);
});

it('a list that comes late leaves the number that was chosen meanwhile', {}, async (page) => {
  const numbers = await openNumbers(page, { phone: '2535550123' });
  let letGo;
  const held = new Promise((resolve) => { letGo = resolve; });
  await page.route(/contains=2/, async (route) => { await held; await route.continue(); });
  await page.click('details.more summary');
  const asked = page.waitForRequest(/contains=2/);
  await page.fill('#contains', '2');
  await asked;
  await choose(page, numbers[1]);
  letGo();
  await page.waitForResponse((r) => r.url().includes('contains=2') && r.url().includes(numbers[1].slice(1)));
  await page.waitForFunction(() => document.querySelector('#offer').textContent.includes('Choose one'));
  assert.equal(await page.inputValue('#numbers input:checked'), numbers[1]);
  await submit(page);
  await page.waitForSelector('.number');
  assert.deepEqual(await bought(), [numbers[1]]);
});

it('numbers that cost too much take no room on the page', { faults: { prices: { 480: '9.00', 602: '9.00' } } }, async (page) => {
  const numbers = await openNumbers(page, { phone: '4805550123' });
  assert.ok(numbers.length > 0);
  assert.deepEqual(numbers.filter((n) => /^\+1(480|602)/.test(n)), []);
  await submit(page);
  await page.waitForSelector('.number');
  const [only, ...more] = await bought();
  assert.deepEqual(more, []);
  assert.ok(!/^\+1(480|602)/.test(only));
});

it('when the chosen one has gone, "choose for me" takes the nearest', { script: false }, async (page) => {
  const numbers = await openNumbersWithoutScript(page);
  await page.check(`#numbers input[value="${numbers[0]}"]`);
  await sell(numbers[0]);
  await submit(page);
  await page.waitForSelector('h1:has-text("has gone")');
  await page.click('button.main');
  await page.waitForSelector('.number', { timeout: 20000 });
  const [only, ...more] = await bought();
  assert.deepEqual(more, []);
  assert.notEqual(only, numbers[0]);
  assert.equal(only.slice(0, 5), numbers[0].slice(0, 5)); // the nearest: the same area code
});

async function openNumbersWithoutScript(page) {
  await page.goto(w.url);
  await fill(page, { phone: nextPhone() });
  await page.click('button[name=look]');
  await page.waitForSelector('#numbers .pick');
  return offered(page);
}

it('without JavaScript a radio button chooses', { script: false }, async (page) => {
  const numbers = await openNumbersWithoutScript(page);
  assert.equal(await page.inputValue('#email'), 'hello@baybikes.example'); // nothing typed is lost
  await page.check(`#numbers input[value="${numbers[1]}"]`);
  await submit(page);
  await page.waitForSelector('.number', { timeout: 20000 });
  assert.deepEqual(await bought(), [numbers[1]]);
});

it('the keyboard alone chooses a number', {}, async (page) => {
  const numbers = await openNumbers(page);
  await page.focus('#business_phone');
  await page.keyboard.press('Tab'); // another place …
  await page.keyboard.press('Tab'); // choose for me
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.value), numbers[2]);
  await page.waitForSelector('#held:has-text("kept for you")');
  // Passed by is not held: only where the keys came to rest.
  assert.equal((await ledger()).reservations.length, start.reservations.length + 1);
  await page.keyboard.press('Tab'); // I already have …
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Get my number');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/signups/su_*');
  await page.waitForSelector('.number');
  assert.deepEqual(await bought(), [numbers[2]]);
});

it('the map says in words what it draws, and the list says the same', { faults: { sold_out: ['206'] } }, async (page) => {
  await openNumbers(page, { phone: '2065550123' });
  const map = page.getByRole('img', { name: 'Map: where these numbers are' });
  assert.equal(await map.count(), 1);
  const words = await page.textContent('#map_desc');
  assert.match(words, /^Seen from Seattle\./);
  const rungs = await page.$$eval('#numbers .rung', (all) => all.map((p) => p.textContent));
  assert.ok(rungs.length > 0);
  for (const rung of rungs.filter((r) => r.startsWith('Nearby: '))) {
    const [, code, km] = rung.match(/^Nearby: (\d{3}), ([\d.]+) km \(\d+ miles?\)$/);
    assert.ok(words.includes(` ${code} is ${Number(km)} km to the `), `${rung} is not in: ${words}`);
    assert.ok((await page.textContent('.map')).includes(code));
  }
  assert.match(await page.textContent('.map'), /\d+ km/); // the rings have their distance
  assert.match(await page.textContent('.pick .hint'), /^Each costs 1\.00 USD at once/);
});

it('after a mistake elsewhere in the form the number is still kept', { allowed: [422] }, async (page) => {
  const numbers = await openNumbers(page);
  await choose(page, numbers[1]);
  await page.waitForSelector('#held:has-text("kept for you for")');
  const token = await page.inputValue('#hold');
  await page.fill('#email', 'nobody');
  await page.click('button.wide');
  await page.waitForSelector('#email[aria-invalid=true]');
  await page.waitForSelector('#held:has-text("kept for you for")');
  await page.check('#numbers input[value=""]');
  await choose(page, numbers[1]);
  assert.equal(await page.inputValue('#hold'), token);
  await page.fill('#email', 'somebody@baybikes.example');
  await submit(page);
  await page.waitForSelector('.number');
  assert.deepEqual(await bought(), [numbers[1]]);
  assert.equal((await ledger()).reservations.length, start.reservations.length + 1);
});

it('the chosen number stays the choice while another place is looked at', {}, async (page) => {
  const numbers = await openNumbers(page);
  await choose(page, numbers[2]);
  await page.click('details.more summary');
  await page.fill('#place', 'Nowhereville');
  await page.waitForSelector('#offer .wrong');
  assert.equal(await page.inputValue('#numbers input:checked'), numbers[2]);
  await page.fill('#business_phone', '206');
  assert.equal(await page.inputValue('#numbers input:checked'), numbers[2]);
  await page.fill('#business_phone', nextPhone());
  await page.fill('#place', '');
  await page.waitForSelector('#offer:not(:has(.wrong))');
  assert.equal(await page.inputValue('#numbers input:checked'), numbers[2]);
  await submit(page);
  await page.waitForSelector('.number');
  assert.deepEqual(await bought(), [numbers[2]]);
});

it('digits, a word, another place and toll-free narrow it down', { faults: { quickship_percent: 100 } }, async (page) => {
  const numbers = await openNumbers(page);
  await page.click('details.more summary');
  const digits = numbers[0].slice(-2);
  await page.fill('#contains', digits);
  await page.keyboard.press('Enter'); // shows, and does not send
  await page.waitForFunction((d) => [...document.querySelectorAll('#numbers input[name=number]')]
    .every((i) => i.value === '' || i.value.includes(d)), digits);
  assert.ok((await offered(page)).length > 0);
  await page.fill('#contains', '');
  await page.fill('#place', '212');
  await page.waitForSelector('#numbers:has-text("(212)")');
  await page.check('#toll_free');
  await page.waitForSelector('#numbers .rung:has-text("Toll-free")');
  const [tollFree] = await offered(page);
  assert.match(tollFree, /^\+18/);
  await choose(page, tollFree);
  await submit(page);
  await page.waitForSelector('.number');
  assert.deepEqual(await bought(), [tollFree]);
});

it('a toll-free business phone and a ZIP code lead to a number there', {}, async (page) => {
  await page.goto(w.url);
  await fill(page, { phone: '8005550123' });
  await page.waitForSelector('#place:visible');
  await page.fill('#place', '94110');
  await page.waitForSelector('#offer:has-text("San Francisco")');
  await submit(page);
  await page.waitForSelector('.number');
  const [only, ...more] = await bought();
  assert.deepEqual(more, []);
  assert.match(only, /^\+1(415|628)/);
});

for (const [place, pattern] of [['94110', /^\+1(415|628)/], ['Toronto, ON', /^\+1(416|647|437|942)/], ['m5v 2t6', /^\+1(416|647|437|942)/]]) {
  it(`a sign-up that asks for a place goes on with ${place}`, { allowed: [422] }, async (page) => {
    await page.goto(await signUpByApi(w, { business_phone: '8005550123' }));
    await page.waitForSelector('h1:has-text("Where is your business?")');
    await page.fill('#place', 'Nowhereville');
    await page.click('button.main');
    await page.waitForSelector('#place[aria-invalid=true]');
    await page.fill('#place', place);
    await page.click('button.main');
    await page.waitForSelector('.number');
    const [only, ...more] = await bought();
    assert.deepEqual(more, []);
    assert.match(only, pattern);
  });
}

it('a sign-up that is to ask offers what is near, and buys the choice', { faults: { sold_out: ['512', '737'] } }, async (page) => {
  await page.goto(await signUpByApi(w, { business_phone: '5125550123', max_rung: 'ask' }));
  await page.waitForSelector('h1:has-text("We cannot get any 512 number right now")');
  await page.waitForSelector('#numbers .rung:has-text("Nearby")');
  assert.deepEqual(await bought(), []);
  const numbers = await offered(page);
  await choose(page, numbers[0]);
  await page.click('button.main');
  await page.waitForSelector('.number');
  assert.deepEqual(await bought(), [numbers[0]]);
});

// Last: numberd remembers that this account may not reserve.
for (const script of [true, false]) {
  it(`a number that goes before it is sent is asked for again, ${script ? 'with' : 'without'} JavaScript`,
    { script, faults: { rules: [{ match: 'POST /v2/number_reservations', action: 'status', status: 403, code: '10038' }] } },
    async (page) => {
      await page.goto(w.url);
      await fill(page, { phone: nextPhone() });
      if (!script) await page.click('button[name=look]');
      await page.waitForSelector('#numbers .pick');
      const numbers = await offered(page);
      await page.check(`#numbers input[value="${numbers[1]}"]`);
      if (script) await page.waitForSelector('#held:has-text("if it is still there")');
      await sell(numbers[1]);
      await submit(page);
      await page.waitForSelector(`h1:has-text("${shown(numbers[1])} has gone")`);
      assert.deepEqual(await bought(), []); // nothing else instead
      await page.waitForSelector('#numbers .pick');
      const others = await offered(page);
      assert.ok(!others.includes(numbers[1]));
      await page.check(`#numbers input[value="${others[0]}"]`);
      await page.click('button.main');
      await page.waitForSelector('.number', { timeout: 20000 });
      assert.equal(await page.textContent('.number'), shown(others[0]));
      assert.deepEqual(await bought(), [others[0]]);
    });
}
