// limits.test.mjs - the limits on spending, at the simulator's own bill: never
// passed, with many sign-ups at once and numberd killed in the middle.

import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { World } from './world.mjs';

const FINAL = ['active', 'failed', 'needs_attention'];
const PRICE = 2; // USD a number at the simulator: 1.00 at once and 1.00 a month
// What is held for a number is then just its price.
const EXACT = { NUMBERD_MAX_UPFRONT: '1.00', NUMBERD_MAX_MONTHLY: '1.00' };

async function open(t, settings) {
  const world = new World();
  t.after(() => world.close());
  await world.open(settings);
  return world;
}

function wish(i) {
  return { business_name: `Limit ${i}`, email: `limit${i}@example.com` };
}

async function spent(world) {
  return Number((await world.ledger()).spent);
}

// Watch the bill until told to stop; the highest it ever was.
function watchBill(world) {
  let isOver = false;
  const highest = (async () => {
    let most = 0;
    while (!isOver) most = Math.max(most, await spent(world));
    return Math.max(most, await spent(world));
  })();
  return { stop: () => { isOver = true; return highest; } };
}

test('fifty at once, money for seven: seven are bought, the others are refused with 402', async (t) => {
  const world = await open(t, {});
  await world.startDaemon('', { ...EXACT, NUMBERD_LIMIT_TOTAL: String(7 * PRICE) });
  const bill = watchBill(world);
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => world.signup(`limit-${i}`, wish(i))));
  const taken = answers.filter((a) => a.status === 202);
  const refused = answers.filter((a) => a.status === 402);
  assert.equal(taken.length, 7);
  assert.equal(refused.length, 43);
  assert.equal(refused[0].signup.code, 'limit_total');
  assert.match(refused[0].signup.detail, /14\.00 USD/);
  for (const { signup } of taken) assert.equal((await world.follow(signup.id, FINAL)).status, 'active');
  assert.equal(await bill.stop(), 7 * PRICE);
});

test('killed in the middle, started again, asked again: the bill never passes the limit', async (t) => {
  const world = await open(t, { latency_ms: 20 });
  const limits = { ...EXACT, NUMBERD_LIMIT_TOTAL: String(7 * PRICE + 1.5) };
  await world.startDaemon('', limits);
  const bill = watchBill(world);
  for (let round = 0; round < 5; round++) {
    // The kill meets them between the request and the last save.
    const asked = Array.from({ length: 50 }, (_, i) => world.signup(`limit-${i}`, wish(i)));
    const some = round + 2;
    let bought = 0;
    while (bought < Math.min(some, 7)) bought = (await world.ledger()).purchases.length;
    await world.stopDaemon('SIGKILL');
    await Promise.all(asked);
    assert.ok(await world.startDaemon('', limits), world.daemon.text);
  }
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => world.signup(`limit-${i}`, wish(i))));
  const taken = answers.filter((a) => a.status < 300);
  assert.ok(taken.length >= 7, `${taken.length} were taken`);
  const ends = [];
  for (const { signup } of taken) ends.push((await world.follow(signup.id, FINAL)).status);
  assert.deepEqual(ends, ends.map(() => 'active'));
  assert.equal(taken.length, 7);
  assert.equal(await bill.stop(), 7 * PRICE);
});

test('what fails gives its money back: the next customer gets it', async (t) => {
  const world = await open(t, { balance: '0.50' });
  await world.startDaemon('', { ...EXACT, NUMBERD_LIMIT_TOTAL: String(PRICE) });
  const first = await world.signup('first', wish(1));
  assert.equal((await world.follow(first.signup.id, FINAL)).status, 'failed');
  await world.set({ balance: '100.00' });
  // The balance is asked for anew when the answer is five seconds old: a restart asks at once.
  await world.stopDaemon();
  await world.startDaemon('', { ...EXACT, NUMBERD_LIMIT_TOTAL: String(PRICE) });
  const second = await world.signup('second', wish(2));
  assert.equal(second.status, 202);
  assert.equal((await world.follow(second.signup.id, FINAL)).status, 'active');
  // And the first may not begin again: the money is spent.
  const response = await fetch(`${world.url}/v1/signups/${first.signup.id}/retry`, { method: 'POST' });
  assert.equal(response.status, 402);
  assert.equal((await response.json()).code, 'limit_total');
  assert.equal((await world.get(first.signup.id)).status, 'failed');
  assert.equal(await spent(world), PRICE);
});

test('counted limits: an hour, a day, a customer', async (t) => {
  const rows = [
    ['NUMBERD_LIMIT_HOUR', 'limit_hour', wish],
    ['NUMBERD_LIMIT_DAY', 'limit_day', wish],
    ['NUMBERD_LIMIT_CUSTOMER_DAY', 'limit_customer', (i) => ({ ...wish(i), email: i % 2 ? 'one@example.com' : 'ONE@Example.com' })],
  ];
  for (const [variable, code, body] of rows) {
    const world = await open(t, {});
    await world.startDaemon('', { [variable]: '3' });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => world.signup(`key-${i}`, body(i))));
    const taken = answers.filter((a) => a.status === 202);
    // The clock may pass into the next hour or day while this runs: then there is room for three more.
    assert.ok(taken.length === 3 || taken.length === 6, `${code}: ${taken.length} were taken`);
    const refused = answers.find((a) => a.status !== 202);
    assert.equal(refused.status, 429);
    assert.equal(refused.signup.code, code);
    for (const { signup } of taken) assert.equal((await world.follow(signup.id, FINAL)).status, 'active');
    assert.equal(await spent(world), taken.length * PRICE);
    await world.close();
  }
});

// This machine's own address, from which it is no loopback peer.
function ownAddress() {
  return Object.values(networkInterfaces()).flat().find((i) => i.family === 'IPv4' && !i.internal)?.address;
}

test('a public flood from one network is stopped at its limit; the key is not counted', async (t) => {
  const address = ownAddress();
  if (!address) {
    t.skip('this machine has no address but loopback');
    return;
  }
  const world = await open(t, {});
  await world.startDaemon('', { NUMBERD_LISTEN: '0.0.0.0:0', NUMBERD_API_KEY: 'limits-test-key', NUMBERD_PUBLIC_SIGNUP: 'on' });
  const port = new URL(world.url).port;
  world.url = `http://${address}:${port}`;
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => world.signup(`flood-${i}`, wish(i))));
  const taken = answers.filter((a) => a.status === 202).length;
  assert.ok(taken === 3 || taken === 6, `${taken} were taken`); // 6: midnight passed meanwhile
  const refused = answers.find((a) => a.status !== 202);
  assert.equal(refused.status, 429);
  assert.equal(refused.signup.code, 'limit_network');
  assert.doesNotMatch(JSON.stringify(refused.signup), /NUMBERD_/); // a stranger need not know
  // The form meets the same limit, in words.
  const form = await fetch(`${world.url}/`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ business_name: 'Form', email: 'form@example.com', business_phone: '415 555 0123' }),
  });
  assert.equal(form.status, 429);
  assert.match(await form.text(), /Your network has got as many numbers today/);
  // Whoever has the key has no network of his own.
  for (let i = 0; i < 5; i++) {
    const response = await fetch(`${world.url}/v1/signups`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer limits-test-key' },
      body: JSON.stringify({ ...wish(`key-${i}`), business_phone: '415 555 0123' }),
    });
    assert.equal(response.status, 202);
  }
});

test('giving back what was active is limited: 429 until the hour ends', async (t) => {
  const world = await open(t, {});
  await world.startDaemon('', { NUMBERD_LIMIT_RELEASES_HOUR: '2' });
  const ids = [];
  for (let i = 0; i < 6; i++) ids.push((await world.signup(`release-${i}`, wish(i))).signup.id);
  for (const id of ids) assert.equal((await world.follow(id, FINAL)).status, 'active');
  const answers = await Promise.all(ids.map((id) => fetch(`${world.url}/v1/signups/${id}/cancel?now=true`, { method: 'POST' })));
  const refused = answers.filter((a) => a.status === 429);
  assert.ok(refused.length === 4 || refused.length === 2, `${refused.length} were refused`); // 2: a new hour
  const problem = await refused[0].json();
  assert.equal(problem.code, 'limit_releases_hour');
  const seconds = Number(refused[0].headers.get('retry-after'));
  assert.ok(seconds > 0 && seconds <= 3600);
  const given = 6 - refused.length;
  await until(world, (all) => all.filter((s) => s.status === 'released').length === given);
  const ledger = await world.ledger();
  assert.equal(ledger.released.length, given);
  assert.equal(ledger.owned.length, 6 - given);
  const all = await list(world);
  assert.equal(all.filter((s) => s.status === 'active').length, 6 - given);
});

// --- the switch ---------------------------------------------------------------

async function post(world, path, body) {
  const response = await fetch(`${world.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  return { status: response.status, document: await response.json() };
}

async function list(world) {
  const response = await fetch(`${world.url}/v1/signups?limit=200`);
  return (await response.json()).data;
}

// Look again until it is so; what is waited for is the daemon's doing, not time.
async function until(world, what) {
  for (;;) {
    const all = await list(world);
    if (what(all)) return all;
  }
}

const isFrozen = (s) => s.error?.code === 'frozen';
const isSettled = (s) => FINAL.includes(s.status) || isFrozen(s);

test('a freeze in the middle: no purchase after it was answered; killed, thawed: all settle', async (t) => {
  const world = await open(t, { latency_ms: 10 });
  await world.startDaemon();
  const count = 40;
  // Six customers at a time, each as soon as one before is done or waits.
  let next = 0;
  const customers = Array.from({ length: 6 }, async () => {
    while (next < count) {
      const i = next++;
      const { status, signup } = await world.signup(`frozen-${i}`, wish(i));
      assert.equal(status, 202); // accepted, frozen or not
      for (let now = signup; !isSettled(now); now = await world.get(signup.id)) { /* look again */ }
    }
  });
  while ((await world.ledger()).purchases.length < 8) { /* look again */ }
  const frozen = await post(world, '/v1/freeze', { reason: 'a test of the switch' });
  const atAnswer = (await world.ledger()).purchases.length;
  assert.equal(frozen.status, 200);
  assert.equal(frozen.document.frozen, true);
  assert.ok(frozen.document.in_flight <= 6);
  // What had left before may still arrive; nothing else does.
  const most = atAnswer + frozen.document.in_flight;
  await Promise.all(customers);
  assert.equal((await world.signup('frozen-later', wish('later'))).status, 202);
  let all = await until(world, (s) => s.length === count + 1 && s.every(isSettled));
  const waiting = all.filter(isFrozen);
  assert.ok(waiting.length >= count + 1 - most && waiting.length > 20, `${waiting.length} wait`);
  assert.match(waiting[0].error.message, /a test of the switch/);
  assert.ok((await world.ledger()).purchases.length <= most);
  assert.equal(await world.figure('frozen'), 1);
  // It outlives the process.
  await world.stopDaemon('SIGKILL');
  assert.ok(await world.startDaemon(), world.daemon.text);
  all = await until(world, (s) => s.every(isSettled));
  assert.ok((await world.ledger()).purchases.length <= most);
  const thawed = await post(world, '/v1/thaw');
  assert.equal(thawed.document.frozen, false);
  all = await until(world, (s) => s.every((one) => FINAL.includes(one.status)));
  assert.deepEqual(all.map((s) => s.status), all.map(() => 'active'));
  assert.equal((await world.ledger()).purchases.length, count + 1);
  assert.equal(await spent(world), (count + 1) * PRICE);
});

test('frozen, nothing is given back; thawed, it is', async (t) => {
  const world = await open(t, {});
  await world.startDaemon();
  const { signup } = await world.signup('release', wish(1));
  await world.follow(signup.id, FINAL);
  await post(world, '/v1/freeze');
  const cancelled = await post(world, `/v1/signups/${signup.id}/cancel?now=true`);
  assert.equal(cancelled.status, 200);
  assert.equal(cancelled.document.error.code, 'frozen');
  await world.stopDaemon('SIGKILL');
  await world.startDaemon();
  assert.equal((await world.get(signup.id)).error.code, 'frozen');
  assert.equal((await world.ledger()).released.length, 0);
  await post(world, '/v1/thaw');
  await until(world, (all) => all[0].status === 'released');
  assert.equal((await world.ledger()).released.length, 1);
});

test('the limits are shown with what is held and spent', async (t) => {
  const world = await open(t, {});
  await world.startDaemon('', { NUMBERD_LIMIT_HOUR: '50', NUMBERD_LIMIT_TOTAL: '100' });
  const { signup } = await world.signup('shown', wish(1));
  await world.follow(signup.id, FINAL);
  await post(world, '/v1/freeze', { reason: null });
  await world.signup('held', wish(2));
  const shown = await (await fetch(`${world.url}/v1/limits`)).json();
  const by = Object.fromEntries(shown.limits.map((limit) => [limit.limit, limit]));
  assert.deepEqual(shown.price, { upfront: '2.00', monthly: '2.00', currency: 'USD' });
  assert.deepEqual([by.total.most, by.total.held, by.total.spent, by.total.window], ['100.00', '4.00', '2.00', 'ever']);
  assert.equal(by.hour.most, 50);
  assert.equal(by.hour.held + by.hour.spent, 2);
  assert.equal(by.day.most, null);
  assert.equal(by.customer.held, null);
  assert.equal(Date.parse(by.hour.window_end) - Date.parse(by.hour.window_start), 3600e3);
  assert.equal(await world.figure('limit_spent{limit="total"}'), 200);
  assert.equal((await post(world, '/v1/freeze', { reason: 'two\nlines' })).status, 422);
  assert.equal((await post(world, '/v1/freeze', { why: 'x' })).status, 422);
});
