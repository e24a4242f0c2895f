// The official Telnyx client, as published, against the simulated Telnyx.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import Telnyx from 'telnyx';
import { startReceiver, startSimulator } from './simulator.js';

let sim;
let telnyx;

const client = (options = {}) =>
  new Telnyx({ apiKey: 'KEYtest', baseURL: `${sim.url}/v2`, maxRetries: 0, ...options });

before(async () => {
  sim = await startSimulator();
  telnyx = client();
});
after(async () => assert.equal(await sim.stop(), 0));
beforeEach(async () => {
  await sim.faults({});
  await sim.reset();
});

const search = async (filter, limit = 3) =>
  (await telnyx.availablePhoneNumbers.list({ filter: { country_code: 'US', limit, ...filter } })).data;

const fails = async (promise, status, code, detail) => {
  const error = await promise.then(
    () => assert.fail(`expected ${status}/${code}`),
    (e) => e,
  );
  assert.equal(error.status, status);
  assert.equal(error.error.errors[0].code, code);
  if (detail) assert.match(error.error.errors[0].detail, detail);
  return error;
};

async function buy(reference = 'signup-1', area = '415') {
  const [row] = await search({ national_destination_code: area }, 1);
  const { data: order } = await telnyx.numberOrders.create({
    phone_numbers: [{ phone_number: row.phone_number }],
    customer_reference: reference,
  });
  return { number: row.phone_number, order };
}

async function buyActive(reference, area) {
  const { number, order } = await buy(reference, area);
  await sim.advance(1500);
  const { data } = await telnyx.phoneNumbers.list({ filter: { phone_number: number.slice(1) } });
  assert.equal(data.length, 1);
  return { number, order, id: data[0].id };
}

test('a search brings numbers of the area code with prices and all asked features', async () => {
  const rows = await search({ national_destination_code: '415', features: ['voice', 'sms'] });
  assert.equal(rows.length, 3);
  for (const row of rows) {
    assert.match(row.phone_number, /^\+1415[2-9]\d{6}$/);
    const names = row.features.map((f) => f.name);
    assert.ok(names.includes('voice') && names.includes('sms'));
    assert.equal(row.cost_information.upfront_cost, '1.00000');
    assert.equal(row.vanity_format, null);
    const state = row.region_information.find((r) => r.region_type === 'state');
    assert.equal(state.region_name, 'CA');
  }
});

test('a pattern, a state and Canada are honoured', async () => {
  for (const row of await search({ national_destination_code: '212', phone_number: { contains: '2255' } }))
    assert.match(row.phone_number.slice(5), /2255/);
  for (const row of await search({ administrative_area: 'IL' }))
    assert.equal(row.region_information.find((r) => r.region_type === 'state').region_name, 'IL');
  await fails(search({ national_destination_code: '416' }), 400, '10031');
  const rows = await search({ national_destination_code: '416', country_code: 'CA' });
  assert.equal(rows.length, 3);
});

test('no numbers is an error 10031, or an empty list where that is rehearsed', async () => {
  await sim.faults({ sold_out: ['415'] });
  await fails(search({ national_destination_code: '415' }), 400, '10031');
  await sim.faults({ sold_out: ['415'], no_match: 'empty' });
  assert.deepEqual(await search({ national_destination_code: '415' }), []);
});

test('best effort fills with flagged numbers from other area codes', async () => {
  await sim.faults({ stock: { 415: 1 } });
  const rows = await search({ national_destination_code: '415', best_effort: true }, 4);
  assert.equal(rows.length, 4);
  assert.equal(rows.filter((row) => row.best_effort).length, 3);
  for (const row of rows)
    assert.equal(row.phone_number.startsWith('+1415'), !row.best_effort);
});

test('a town has numbers of its own, and may be sold out', async () => {
  const wish = { national_destination_code: '707', locality: 'Santa Rosa' };
  const townOf = (row) => row.region_information.find((r) => r.region_type === 'rate_center').region_name;
  for (const row of await search(wish)) assert.equal(townOf(row), 'SANTA ROSA');
  await sim.faults({ stock: { '707 Santa Rosa': 1 } });
  const [last, ...more] = await search(wish);
  assert.equal(more.length, 0);
  await telnyx.numberReservations.create({ phone_numbers: [{ phone_number: last.phone_number }] });
  await fails(search(wish), 400, '10031');
});

test('coverage counts what is left by area code', async () => {
  await sim.faults({ sold_out: ['415', 'US-NV'], stock: { 650: 3 } });
  const filter = { country_code: 'US', phone_number_type: 'local', groupBy: 'national_destination_code', count: true };
  const count = async (code) =>
    (await telnyx.inventoryCoverage.list({ filter })).data.find((row) => row.group === code)?.count;
  assert.equal(await count('415'), undefined);
  assert.equal(await count('702'), undefined);
  assert.equal(await count('650'), 3);
  await buy('signup-1', '650');
  assert.equal(await count('650'), 2);
});

test('a country says what its numbers need', async () => {
  const { data } = await telnyx.requirements.list({ filter: { country_code: 'DE', action: 'ordering' } });
  assert.equal(data.length, 1);
  assert.equal(data[0].requirement_types[0].name, 'Proof of Address');
});

test('an order is pending, then success, and the number is ours and active', async () => {
  const { number, order } = await buy('signup-9f2c');
  assert.equal(order.status, 'pending');
  assert.equal(order.connection_id, null);
  await sim.advance(1500);
  const done = (await telnyx.numberOrders.retrieve(order.id)).data;
  assert.equal(done.status, 'success');
  assert.equal(done.phone_numbers[0].status, 'success');
  const found = (await telnyx.phoneNumbers.actions.verifyOwnership({
    phone_numbers: [number, '+13125550199'],
  })).data;
  assert.equal(found.found[0].number_val_e164, number);
  assert.match(found.found[0].id, /^\d{19}$/);
  assert.ok(Number(found.found[0].id) > Number.MAX_SAFE_INTEGER);
  assert.deepEqual(found.not_found, ['+13125550199']);
  const orders = [];
  for await (const one of telnyx.numberOrders.list({ filter: { customer_reference: 'signup-9f2c' } }))
    orders.push(one.id);
  assert.deepEqual(orders, [order.id]);
});

test('a bought number shows up late, pending first', async () => {
  const { number } = await buy();
  const list = async () =>
    (await telnyx.phoneNumbers.list({ filter: { phone_number: number.slice(1) } })).data;
  assert.deepEqual(await list(), []);
  await sim.advance(400);
  assert.equal((await list())[0].status, 'purchase-pending');
  await sim.advance(1100);
  assert.equal((await list())[0].status, 'active');
});

test('an owned number is changed, kept apart from its order line, and released', async () => {
  const { number, id, order } = await buyActive('signup-2');
  await fails(telnyx.phoneNumbers.retrieve(order.phone_numbers[0].id), 404, '10005');
  const changed = (await telnyx.phoneNumbers.update(id, {
    customer_reference: 'other', connection_id: '2900000000000000001', tags: ['numberd'],
  })).data;
  assert.equal(changed.connection_name, 'Vapi');
  assert.deepEqual(changed.tags, ['numberd']);
  const again = (await telnyx.phoneNumbers.list({ filter: { customer_reference: 'other' } })).data;
  assert.equal(again[0].phone_number, number);
  await fails(telnyx.phoneNumbers.update(id, { connection_id: '17' }), 422, '85004');
  assert.equal((await telnyx.phoneNumbers.delete(id)).data.status, 'deleted');
  await fails(telnyx.phoneNumbers.delete(id), 404, '10005');
  const { owned, released } = await sim.ledger();
  assert.equal(owned.length, 0);
  assert.equal(released[0].phone_number, number);
});

test('a number just ordered or locked is not released', async () => {
  const { number } = await buy();
  await sim.advance(400);
  const [pending] = (await telnyx.phoneNumbers.list({ filter: { phone_number: number.slice(1) } })).data;
  await fails(telnyx.phoneNumbers.delete(pending.id), 422, '10036', /still being provisioned/);
  const { data } = await sim.seed({ numbers: ['+14155550123'], deletion_lock: true });
  await fails(telnyx.phoneNumbers.delete(data[0].id), 422, '10021');
});

test('pages of owned numbers are walked to the end', async () => {
  const numbers = Array.from({ length: 45 }, (_, i) => `+1415555${1000 + i}`);
  await sim.seed({ numbers });
  const seen = new Set();
  for await (const one of telnyx.phoneNumbers.list({ page: { size: 20 } }))
    seen.add(one.phone_number);
  assert.deepEqual([...seen].sort(), numbers);
});

test('orders are refused as the live API refuses them', async () => {
  const order = (body) => telnyx.numberOrders.create(body);
  const one = (phone_number) => ({ phone_numbers: [{ phone_number }] });
  await fails(order(one('+14155550123')), 422, '10027', /^We don't recognize the number\(s\) \['\+14155550123'\]\. Did you first search/);
  await fails(order(one('+16183xxxxxx')), 422, '10027');
  await fails(order({}), 422, '10015', /must be present/);
  await fails(order(one('4155550123')), 422, '10016');
  const [row] = await search({ national_destination_code: '415' }, 1);
  await fails(order({ ...one(row.phone_number), connection_id: '12' }), 422, '85004');
  await sim.faults({ balance: '1.99' });
  await fails(order(one(row.phone_number)), 402, '20100');
  await sim.faults({ balance: '100.00', account_state: 'inactive' });
  await fails(order(one(row.phone_number)), 403, '20012');
  await sim.faults({ shown_ms: 1000, balance: '100.00' });
  await sim.advance(2000);
  await fails(order(one(row.phone_number)), 422, '10027');
  assert.equal((await sim.ledger()).purchases.length, 0);
});

test('a number is sold once', async () => {
  const { number } = await buy('first');
  await fails(telnyx.numberOrders.create({ phone_numbers: [{ phone_number: number }] }), 422, '10027');
  const { purchases, spent, balance } = await sim.ledger();
  assert.equal(purchases.length, 1);
  assert.equal(spent, '2.00');
  assert.equal(balance, '999998.00');
});

test('a failed order costs nothing and owns nothing', async () => {
  await sim.faults({ order_outcome: 'failure' });
  const { order } = await buy();
  await sim.advance(2000);
  assert.equal((await telnyx.numberOrders.retrieve(order.id)).data.status, 'failure');
  const { owned, spent } = await sim.ledger();
  assert.equal(owned.length, 0);
  assert.equal(spent, '0.00');
});

test('a stuck order is cancelled through its sub order', async () => {
  await sim.faults({ order_outcome: 'stuck' });
  const { order } = await buy();
  await sim.advance(86400000);
  assert.equal((await telnyx.numberOrders.retrieve(order.id)).data.status, 'pending');
  const sub = (await telnyx.subNumberOrders.cancel(order.sub_number_orders_ids[0])).data;
  assert.equal(sub.status, 'cancelled');
  assert.equal((await telnyx.numberOrders.retrieve(order.id)).data.status, 'cancelled');
});

test('a reservation is exclusive, is extended, lets order, and ends', async () => {
  const [row] = await search({ national_destination_code: '415' }, 1);
  const reserve = () =>
    telnyx.numberReservations.create({ phone_numbers: [{ phone_number: row.phone_number }], customer_reference: 'r' });
  const { data: held } = await reserve();
  assert.equal(held.status, 'success');
  assert.equal(Date.parse(held.phone_numbers[0].expired_at) - Date.parse(held.created_at), 1800000);
  const { data: second } = await reserve();
  assert.equal(second.phone_numbers[0].errors, 'Number is already on hold');
  const { data: longer } = await telnyx.numberReservations.actions.extend(held.id);
  assert.equal(Date.parse(longer.phone_numbers[0].expired_at) - Date.parse(held.created_at), 3600000);
  await sim.advance(3601000);
  await fails(
    telnyx.numberOrders.create({ phone_numbers: [{ phone_number: row.phone_number }] }), 422, '10027');
  await reserve();
  const { data: order } = await telnyx.numberOrders.create({ phone_numbers: [{ phone_number: row.phone_number }] });
  assert.equal(order.status, 'pending');
  await sim.faults({ account_level: 'paid' });
  await fails(reserve(), 403, '10038');
});

test('a small account sees foreign numbers masked', async () => {
  await sim.faults({ account_level: 'paid' });
  const rows = await search({ national_destination_code: '416', country_code: 'CA' }, 10);
  for (const row of rows) assert.match(row.phone_number, /^\+1416\d(x{6}|-{6})$/);
});

test('keys are refused with the two live texts, and before anything else', async () => {
  await fails(client({ apiKey: 'nokey' }).balance.retrieve(), 401, '10009', /^Could not find any usable credentials/);
  await sim.faults({ revoked_keys: ['KEY01_secret'] });
  await fails(client({ apiKey: 'KEY01_secret' }).balance.retrieve(), 401, '10009',
    /^No key found matching the ID 'KEY01' with the provided secret\.$/);
  const { data } = await telnyx.balance.retrieve();
  assert.equal(data.balance, '1000000.00');
});

test('the direct purchase is a 404, unless the old endpoint is rehearsed', async () => {
  const [row] = await search({ national_destination_code: '415' }, 1);
  const post = () => telnyx.post('/phone_numbers', { body: { phone_number: row.phone_number } });
  await fails(post(), 404, '10005');
  await sim.faults({ direct_purchase: 'old' });
  assert.equal((await post()).data.status, 'active');
  assert.equal((await sim.ledger()).purchases[0].method, 'phone_numbers');
});

test('rate limits show in headers and end in 429', async () => {
  const { response } = await telnyx.balance.retrieve().withResponse();
  assert.match(response.headers.get('x-ratelimit-limit'), /^100000, 100000;w=1$/);
  await sim.faults({ rate_limit: 0 });
  const error = await fails(telnyx.balance.retrieve(), 429, '10011');
  assert.equal(error.headers.get('retry-after'), null);
});

test("the stock client's own retries buy a second number after a 504 that had bought", async () => {
  // What anybody does who searches again when an order fails: the first one
  // was sold, its answer lost, and the client repeated the POST by itself.
  const stock = client({ maxRetries: 2 });
  const [one, two] = await search({ national_destination_code: '415' }, 2);
  await sim.faults({
    rules: [{ match: 'POST /v2/number_orders', at: 1, action: 'after_commit_status', status: 504 }],
  });
  const order = (row) =>
    stock.numberOrders.create({ phone_numbers: [{ phone_number: row.phone_number }], customer_reference: 'trap' });
  await fails(order(one), 422, '10027');
  await order(two);
  const { purchases, requests } = await sim.ledger();
  assert.equal(requests['POST /v2/number_orders'], 3);
  assert.deepEqual(purchases.map((p) => p.phone_number), [one.phone_number, two.phone_number]);
});

test('a cut answer and a reset connection have bought', async () => {
  for (const action of ['cut_after_commit', 'reset_after_commit']) {
    await sim.faults({ rules: [{ match: 'POST /v2/number_orders', at: 1, action }] });
    const [row] = await search({ national_destination_code: '415' }, 1);
    await assert.rejects(telnyx.numberOrders.create({
      phone_numbers: [{ phone_number: row.phone_number }], customer_reference: action }));
    const { data } = await telnyx.numberOrders.list({ filter: { customer_reference: action } });
    assert.equal(data[0].phone_numbers[0].phone_number, row.phone_number);
  }
});

test('a webhook verifies with the official verifier, and a spoilt or stale one does not', async (t) => {
  const receiver = await startReceiver();
  t.after(receiver.stop);
  const verifier = client({ publicKey: await sim.publicKey() });
  const hooked = async (settings) => {
    await sim.faults({ webhook_url: receiver.url, ...settings });
    const { order } = await buy();
    await sim.advance(1500);
    const hook = await receiver.next();
    return { order, hook };
  };
  const { order, hook } = await hooked({});
  // The simulated clock ran ahead of ours, less than the five minutes allowed.
  const event = await verifier.webhooks.unwrap(hook.body, { headers: hook.headers });
  assert.equal(event.data.event_type, 'number_order.complete');
  assert.equal(event.data.payload.id, order.id);
  assert.equal(event.data.payload.status, 'success');
  const bad = await hooked({ webhook_bad_signature: true });
  await assert.rejects(verifier.webhooks.unwrap(bad.hook.body, { headers: bad.hook.headers }));
  const stale = await hooked({ webhook_stale_ms: 400000 });
  await assert.rejects(verifier.webhooks.unwrap(stale.hook.body, { headers: stale.hook.headers }));
});

test('a webhook is repeated with the same id until the answer is exactly 200', async (t) => {
  let seen = 0;
  const receiver = await startReceiver(() => (++seen === 1 ? 204 : 200));
  t.after(receiver.stop);
  await sim.faults({ webhook_url: receiver.url, webhook_retry_ms: 1 });
  await buy();
  await sim.advance(1500);
  const ids = [await receiver.next(), await receiver.next()].map((h) => JSON.parse(h.body).data.id);
  assert.equal(ids[0], ids[1]);
});

test('numbers are bought by criteria where none is named', async () => {
  const { data } = await telnyx.inexplicitNumberOrders.create({
    ordering_groups: [{ country_iso: 'US', count_requested: '2', phone_number_type: 'local', national_destination_code: '628' }],
  });
  assert.equal(data.ordering_groups[0].count_allocated, 2);
  await sim.advance(1500);
  const later = (await telnyx.inexplicitNumberOrders.retrieve(data.id)).data ?? {};
  assert.equal(later.ordering_groups[0].status, 'success');
  const { owned } = await sim.ledger();
  assert.ok(owned.length === 2 && owned.every((n) => n.phone_number.startsWith('+1628')));
});
