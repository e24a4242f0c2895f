// webhook.test.mjs - the carrier tells us about its orders: sooner with it, the
// same end without it, and nothing by a word that is not proved to be its own.

import assert from 'node:assert/strict';
import { createPrivateKey, sign } from 'node:crypto';
import { test } from 'node:test';
import { World } from './world.mjs';

const FINAL = ['active', 'failed', 'needs_attention'];
// With a settle time of a day the first look at a pending order comes after
// minutes: whatever is active before was brought on by the webhook.
const PATIENT = { NUMBERD_SETTLE_SECONDS: '86400' };
// The simulator's default seed, as PKCS #8.
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const KEY = createPrivateKey({
  key: Buffer.from(`302e020100300506032b657004220420${SEED}`, 'hex'),
  format: 'der',
  type: 'pkcs8',
});

async function openWorld(t, settings, more = {}) {
  const world = new World();
  t.after(() => world.close());
  await world.open(settings);
  const TELNYX_PUBLIC_KEY = await world.publicKey();
  assert.ok(await world.startDaemon('', { TELNYX_PUBLIC_KEY, ...more }), world.daemon?.text);
  await world.set({ webhook_url: `${world.url}/webhooks/telnyx` });
  return world;
}

async function signUpToItsEnd(world) {
  const { status, signup } = await world.signup('one');
  assert.equal(status, 202, JSON.stringify(signup));
  const last = await world.follow(signup.id, FINAL);
  const ledger = await world.ledger();
  assert.equal(last?.status, 'active', `${JSON.stringify(last)}\n${world.daemon.text}`);
  assert.equal(ledger.purchases.length, 1, JSON.stringify(ledger.purchases));
  assert.equal(ledger.purchases[0].phone_number, last.number);
  return last;
}

// Until the simulator has heard back about so many; it answers to nobody else.
async function heardBack(world, count) {
  for (;;) {
    const { webhooks } = await world.ledger();
    if (webhooks.acknowledged + webhooks.failed >= count) return webhooks;
  }
}

// As the carrier sends it: the raw body, signed with the time.
function post(world, event, { at = Date.now() / 1000, key = KEY } = {}) {
  const body = JSON.stringify({ data: { record_type: 'event', event_type: 'number_order.complete', ...event } });
  const timestamp = String(Math.trunc(at));
  const signature = sign(null, Buffer.from(`${timestamp}|${body}`), key).toString('base64');
  return fetch(`${world.url}/webhooks/telnyx`, {
    method: 'POST',
    headers: { 'telnyx-signature-ed25519': signature, 'telnyx-timestamp': timestamp },
    body,
  });
}

test('a webhook has the order read at once, long before the next look', { timeout: 60000 }, async (t) => {
  const world = await openWorld(t, { order_ms: 700 }, PATIENT);
  await signUpToItsEnd(world);
  const webhooks = await heardBack(world, 1);
  assert.deepEqual(webhooks, { sent: 1, acknowledged: 1, failed: 0 });
  assert.equal(await world.figure('webhooks_stored_total'), 1);
  assert.equal(await world.figure('webhooks_hints_total'), 1);
  assert.equal(await world.figure('commands_total{command="read_order"}'), 2);
});

test('a webhook that is sent five times is acknowledged five times and counts once', { timeout: 60000 }, async (t) => {
  const world = await openWorld(t, { order_ms: 700, webhook_copies: 5, webhook_reorder: true }, PATIENT);
  await signUpToItsEnd(world);
  const webhooks = await heardBack(world, 5);
  assert.deepEqual(webhooks, { sent: 5, acknowledged: 5, failed: 0 });
  assert.equal(await world.figure('webhooks_stored_total'), 1);
  assert.equal(await world.figure('webhooks_repeated_total'), 4);
  assert.equal(await world.figure('webhooks_hints_total'), 1);
});

test('while every webhook is lost the end is the same', { timeout: 60000 }, async (t) => {
  const world = await openWorld(t, { order_ms: 100, webhook_copies: 0 });
  await signUpToItsEnd(world);
  assert.equal(await world.figure('webhooks_total'), 0);
});

// [what is wrong, the simulator's setting, the reason it is counted under]
const WRONGS = [
  ['a bad signature', { webhook_bad_signature: true }, 'bad_signature'],
  ['an old timestamp', { webhook_stale_ms: 310000 }, 'stale'],
  ['a timestamp of the future', { webhook_stale_ms: -310000 }, 'stale'],
  ['the signature of another key', { webhook_seed: SEED.replace('9d', '9e') }, 'bad_signature'],
];

for (const [what, setting, reason] of WRONGS) {
  test(`${what} is refused and counted, and the end is the same`, { timeout: 60000 }, async (t) => {
    const world = await openWorld(t, { order_ms: 100, webhook_attempts: 1 });
    await world.set(setting);
    await signUpToItsEnd(world);
    assert.deepEqual(await heardBack(world, 1), { sent: 1, acknowledged: 0, failed: 1 });
    assert.equal(await world.figure(`webhooks_refused_total{reason="${reason}"}`), 1);
    assert.equal(await world.figure('webhooks_stored_total'), 0);
    assert.equal(await world.figure('webhooks_hints_total'), 0);
  });
}

test('a thousand replays of one webhook have one effect', { timeout: 60000 }, async (t) => {
  const world = await openWorld(t, { order_outcome: 'stuck' }, PATIENT);
  const { signup } = await world.signup('one');
  await world.follow(signup.id, ['purchasing']);
  let orders = [];
  while (orders.length === 0) orders = (await world.ledger()).purchases;
  const event = { id: 'event-1', payload: { customer_reference: orders[0].customer_reference, status: 'success' } };
  for (let i = 0; i < 20; i++) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(world, event)));
    for (const answer of answers) assert.equal(answer.status, 200);
  }
  assert.equal(await world.figure('webhooks_stored_total'), 1);
  assert.equal(await world.figure('webhooks_repeated_total'), 999);
  assert.ok((await world.figure('commands_total{command="read_order"}')) <= 2);
  // It was told "success", and believed nothing.
  assert.equal((await world.get(signup.id)).status, 'purchasing');
});

// Killed around the commit: no 200 without the row, and never two rows.
for (const [point, after] of [
  ['store.commit.before', 'stored'],
  ['store.commit.after', 'stored_before'],
]) {
  test(`killed at ${point}, a webhook that comes again is ${after}`, { timeout: 60000 }, async (t) => {
    const world = new World();
    t.after(() => world.close());
    await world.open();
    const keys = { TELNYX_PUBLIC_KEY: await world.publicKey() };
    // A start has a few commits of its own, the last of them its claim, without which it is
    // not ready: the first that it survives is the webhook's.
    let pass = 1;
    while (pass < 9 && !((await world.startDaemon(`${point}:${pass}`, keys)) && (await world.isReady()))) pass++;
    assert.ok(world.url, world.daemon.text);
    await assert.rejects(post(world, { id: 'event-1' }));
    assert.equal((await world.daemon.gone).signal, 'SIGKILL', world.daemon.text);
    assert.ok(await world.startDaemon('', keys), world.daemon?.text);
    const answer = await post(world, { id: 'event-1' });
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), { status: after });
  });
}
