// crash.test.mjs - numberd killed with SIGKILL at every point where it commits,
// sends or receives, restarted, and judged by the simulator's ledger: one
// sign-up, one purchase, one import, whatever happened between.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { POINTS } from './points.mjs';
import { World } from './world.mjs';

const MOST_PASSES = 40;
const FINAL = ['active', 'failed', 'needs_attention', 'cancelled'];

function clearDatabase(world) {
  for (const end of ['', '-wal', '-shm', '.lock']) rmSync(world.database + end, { force: true });
}

// One life: killed at the pass, restarted, brought to its end.  Says whether
// the fault was reached at all.
async function live(world, point, pass) {
  await world.reset();
  clearDatabase(world);
  const key = `${point}-${pass}`;
  let id;
  if (await world.startDaemon(`${point}:${pass}`)) {
    const accepted = await world.signup(key);
    id = accepted?.signup.id;
    if (id) await world.follow(id, FINAL);
  }
  const wasReached = world.daemon.signalCode === 'SIGKILL' || !(await isAlive(world));
  if (wasReached) {
    const { signal } = await world.daemon.gone;
    assert.equal(signal, 'SIGKILL', world.daemon.text);
    await world.startDaemon();
    // What a client does that heard nothing: the same request again.
    const again = await world.signup(key);
    assert.ok(again.status === 200 || again.status === 202, JSON.stringify(again));
    if (id) assert.equal(again.signup.id, id, 'an acknowledged sign-up was lost');
    id = again.signup.id;
  }
  const end = await world.follow(id, FINAL);
  const ledger = await world.ledger();
  assert.equal(end.status, 'active', JSON.stringify(end));
  assert.equal(ledger.purchases.length, 1, JSON.stringify(ledger.purchases));
  assert.equal(ledger.purchases[0].phone_number, end.number);
  assert.equal(ledger.imports.length, 1);
  await world.stopDaemon();
  return wasReached;
}

async function isAlive(world) {
  try {
    return (await fetch(`${world.url}/healthz`)).ok;
  } catch {
    return false;
  }
}

for (const point of POINTS) {
  test(`killed at each ${point}, a sign-up still ends with one number`, async (t) => {
    const world = new World();
    t.after(() => world.close());
    await world.open();
    let pass = 1;
    while (pass <= MOST_PASSES && (await live(world, point, pass))) pass++;
    assert.ok(pass > 1, 'the point is never passed');
    assert.ok(pass <= MOST_PASSES, 'the point is passed without end');
  });
}
