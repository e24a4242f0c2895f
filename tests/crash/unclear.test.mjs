// unclear.test.mjs - the answers that buy twice elsewhere: lost, late, wrong, cut.
// Each is one rule for the simulator; the judge is its ledger.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World } from './world.mjs';

const FINAL = ['active', 'failed', 'needs_attention'];
const ORDER = 'POST /v2/number_orders';
const IMPORT = 'POST /vapi/phone-number';

// [what happens, the simulator's rules and settings, the end, purchases, error code]
const LIVES = [
  ['the order is placed, then 504', { rules: [{ match: ORDER, at: 1, action: 'after_commit_status', status: 504 }] }, 'active', 1],
  ['the order is placed, then 500', { rules: [{ match: ORDER, at: 1, action: 'after_commit_status', status: 500 }] }, 'active', 1],
  ['the order is placed, then 429', { rules: [{ match: ORDER, at: 1, action: 'after_commit_status', status: 429 }] }, 'active', 1],
  ['the order is placed, then the connection is reset', { rules: [{ match: ORDER, at: 1, action: 'reset_after_commit' }] }, 'active', 1],
  ['the order is placed, the answer is cut', { rules: [{ match: ORDER, at: 1, action: 'cut_after_commit', bytes: 40 }] }, 'active', 1],
  ['the order is placed, the answer is not JSON', { rules: [{ match: ORDER, at: 1, action: 'html_after_commit' }] }, 'active', 1],
  ['the order is not placed: 500', { rules: [{ match: ORDER, at: 1, action: 'status', status: 500 }] }, 'active', 1],
  ['the order is not placed: 503', { rules: [{ match: ORDER, at: 1, action: 'status', status: 503 }] }, 'active', 1],
  ['the order is not placed: reset', { rules: [{ match: ORDER, at: 1, action: 'reset' }] }, 'active', 1],
  ['a gateway repeats the order: bought, yet refused', { rules: [{ match: ORDER, at: 1, action: 'repeat' }] }, 'active', 1],
  ['the search is down twice', { rules: [{ match: 'GET /v2/available_phone_numbers', times: 2, action: 'status', status: 503 }] }, 'active', 1],
  ['the reservation gets no clear answer', { rules: [{ match: 'POST /v2/number_reservations', at: 1, action: 'after_commit_status', status: 504 }] }, 'active', 1],
  ['the account may not reserve', { rules: [{ match: 'POST /v2/number_reservations', action: 'status', status: 403, code: '10038' }] }, 'active', 1],
  ['orders are not offered, the direct purchase is', { direct_purchase: 'old', rules: [{ match: ORDER, action: 'status', status: 404, code: '10005' }] }, 'active', 1],
  ['neither way of buying is offered', { rules: [{ match: ORDER, action: 'status', status: 404, code: '10005' }] }, 'failed', 0, 'carrier_not_offered'],
  ['the order stays pending', { order_outcome: 'stuck' }, 'needs_attention', 1, 'carrier_order_stuck'],
  ['the order fails after it was taken', { rules: [{ match: ORDER, at: 1, action: 'order', outcome: 'failure' }] }, 'active', 1],
  ['the area code is sold out', { sold_out: ['415'] }, 'active', 1],
  ['nothing matches: an empty list', { sold_out: ['415'], no_match: 'empty' }, 'active', 1],
  ['the balance is too low', { balance: '1.00' }, 'failed', 0, 'carrier_funds'],
  ['the price is above the ceiling', { price: '5.00' }, 'failed', 0, 'carrier_price'],
  ['the account level is too low', { account_level: 'trial', home_country: 'CA' }, 'failed', 0, 'carrier_level'],
  ['the number goes to a stranger before it is reserved', { rules: [{ match: 'POST /v2/number_reservations', at: 1, action: 'status', status: 422, code: '85006' }] }, 'active', 1],
  ['Vapi imports, then 500', { rules: [{ match: IMPORT, at: 1, action: 'after_commit_status', status: 500 }] }, 'active', 1],
  ['Vapi is not ready: the number is too new', { import_lag_ms: 300 }, 'active', 1],
  ['Vapi refuses', { rules: [{ match: IMPORT, action: 'status', status: 400, body: '{"message":"No.","error":"Bad Request","statusCode":400}' }] }, 'needs_attention', 1, 'voice_refused'],
  ['Vapi is down twice', { rules: [{ match: IMPORT, times: 2, action: 'status', status: 503 }] }, 'active', 1],
  ['Vapi shows the number blocked', { import_status: 'blocked' }, 'needs_attention', 1, 'verify_failed'],
];

for (const [what, faults, end, purchases, code] of LIVES) {
  test(`${what}: ${end}, ${purchases} bought`, async (t) => {
    const world = new World();
    t.after(() => world.close());
    const { rules = [], ...settings } = faults;
    await world.open(settings);
    assert.ok(await world.startDaemon(), world.daemon?.text);
    await world.faults({ rules });
    const { status, signup } = await world.signup('one');
    assert.equal(status, 202, JSON.stringify(signup));
    const last = await world.follow(signup.id, FINAL);
    const ledger = await world.ledger();
    const sold = ledger.purchases.filter((p) => p.status !== 'failure');
    assert.equal(last?.status, end, `${JSON.stringify(last)}\n${world.daemon.text}`);
    assert.equal(sold.length, purchases, JSON.stringify(ledger.purchases));
    if (code) {
      assert.equal(last.error.code, code);
      assert.ok(last.error.message.length > 10 && last.error.hint.length > 10, 'an error has a sentence and a remedy');
    }
    if (end === 'active') assert.equal(last.number, sold[0].phone_number);
  });
}
