// resolve.test.mjs - a purchase that cannot be settled asks a person, and what the
// person answers is done; what shows at the carrier counts more than the answer.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { World } from './world.mjs';

const ORDER = 'POST /v2/number_orders';

async function parked(t, rules) {
  const world = new World();
  t.after(() => world.close());
  await world.open();
  assert.ok(await world.startDaemon('', { NUMBERD_SETTLE_SECONDS: '0.4' }), world.daemon?.text);
  await world.faults({ rules });
  const { signup } = await world.signup('one');
  const last = await world.follow(signup.id, ['needs_attention', 'active', 'failed']);
  assert.equal(last.status, 'needs_attention', JSON.stringify(last));
  assert.equal(last.error.code, 'purchase_unclear');
  assert.match(last.error.hint, /numberd resolve/);
  await world.faults({ rules: [] });
  return { world, last };
}

async function answer(world, id, word) {
  const response = await fetch(`${world.url}/v1/signups/${id}/resolve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ answer: word }),
  });
  return { status: response.status, body: await response.json() };
}

const FAILS = [{ match: ORDER, action: 'status', status: 500 }];
const NOTHING = '{"data":[],"meta":{"total_pages":1,"total_results":0,"page_number":1,"page_size":20}}';
// Bought, the answer lost, and nothing to be seen.
const LOST = [
  { match: ORDER, action: 'after_commit_status', status: 504 },
  { match: 'GET /v2/number_orders', action: 'status', status: 200, body: NOTHING },
  { match: 'GET /v2/phone_numbers', action: 'status', status: 200, body: NOTHING },
  {
    match: 'POST /v2/phone_numbers/actions/verify_ownership',
    action: 'status',
    status: 200,
    body: '{"data":{"found":[],"not_found":[]}}',
  },
];

test('what a person lets go of is given up, and another number is bought', { timeout: 60000 }, async (t) => {
  const { world, last } = await parked(t, FAILS);
  assert.equal((await world.ledger()).purchases.length, 0);
  const { status } = await answer(world, last.id, 'let_go');
  assert.equal(status, 200);
  const end = await world.follow(last.id, ['active', 'failed']);
  assert.equal(end.status, 'active', world.daemon.text);
  assert.notEqual(end.number, last.number);
  assert.equal((await world.ledger()).purchases.length, 1);
});

test('what was bought after all is kept, although a person lets it go', { timeout: 60000 }, async (t) => {
  const { world, last } = await parked(t, LOST);
  await answer(world, last.id, 'let_go');
  const end = await world.follow(last.id, ['active', 'failed']);
  assert.equal(end.status, 'active', world.daemon.text);
  assert.equal((await world.ledger()).purchases.length, 1);
});

test('the command line hands the answer to the daemon', { timeout: 60000 }, async (t) => {
  const { world, last } = await parked(t, FAILS);
  const numberd = process.env.NUMBERD ?? 'out/debug/numberd';
  const env = { ...process.env, ...world.env };
  const args = ['resolve', last.id, '--answer', 'let-go', '--json', '--env-file', join(world.dir, 'env')];
  const { stdout } = await promisify(execFile)(numberd, args, { env });
  assert.equal(JSON.parse(stdout).status, 'active');
  assert.equal((await world.ledger()).purchases.length, 1);
});

test('an answer that is none, or that nobody asked for, is refused', { timeout: 60000 }, async (t) => {
  const { world, last } = await parked(t, FAILS);
  const wrong = await answer(world, last.id, 'perhaps');
  assert.equal(wrong.status, 422);
  assert.equal(wrong.body.code, 'invalid_field');
  const { status } = await answer(world, last.id, 'wait');
  assert.equal(status, 200);
  const again = await answer(world, last.id, 'let_go');
  assert.equal(again.status, 409);
  assert.equal(again.body.code, 'conflict');
});
