// disk.test.mjs - the daemon's disk fills up, refuses or fails to sync at the
// n-th call while a sign-up is under way.  Nothing is bought that was not
// planned durably before; what cannot be stored is answered 503; on a sound disk
// and after a restart everything comes to its one end.

import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { World } from './world.mjs';

const shim = process.env.NUMBERD_BREAK_SO ?? 'out/debug/tests/torture/break.so';
const { ENOSPC, EIO, EROFS } = constants.errno;
const FINAL = ['active', 'failed', 'needs_attention'];
// Calls with the database's files, counted from when the daemon is ready.
const SOME = [1, 3, 8, 21, 34, 55];
const EACH = [1, 2, 3, 5, 7, 9];

// [what happens, the shim's words, at which calls, how long it is given]
const FAULTS = [
  ['the disk is full for one write', `pwrite:N:${ENOSPC}`, SOME, 5000],
  ['the disk is full from a write on', `pwrite:N:${ENOSPC}:ever`, SOME, 300],
  ['writes fail', `pwrite:N:${EIO}:ever`, SOME, 300],
  ['the disk is read-only', `pwrite:N:${EROFS}:ever`, [1, 21], 300],
  ['one fsync fails', `sync:N:${EIO}`, EACH, 5000],
  ['fsync fails from now on', `sync:N:${EIO}:ever`, EACH, 5000],
];

async function breakDisk(world, wish) {
  const armed = join(world.dir, 'armed');
  rmSync(armed, { force: true });
  const more = { LD_PRELOAD: shim, NUMBERD_BREAK: wish, NUMBERD_BREAK_FILE: 'numberd.db', NUMBERD_BREAK_ARMED: armed };
  assert.ok(await world.startDaemon('', more), world.daemon.text);
  writeFileSync(armed, '');
}

// As far as it comes; the id when it was acknowledged.
async function liveOnBadDisk(world, key, waitMs) {
  const answer = await Promise.race([world.signup(key), sleep(waitMs)]);
  if (answer) assert.ok([202, 503].includes(answer.status), JSON.stringify(answer));
  if (answer?.status === 503) assert.ok(answer.signup.hint, JSON.stringify(answer));
  if (answer?.status === 202) await Promise.race([world.follow(answer.signup.id, FINAL), sleep(waitMs)]);
  world.daemon.kill('SIGKILL'); // unless it has ended by itself
  const { code, signal } = await world.daemon.gone;
  assert.ok(signal === 'SIGKILL' || code === 5, `${code} ${signal}: ${world.daemon.text}`);
  if (code === 5) assert.match(world.daemon.text, /^numberd: could not .*\n {2}Check the disk/m);
  return answer?.status === 202 ? answer.signup.id : null;
}

async function judge(world, end) {
  const { purchases, imports } = await world.ledger();
  assert.equal(end?.status, 'active', JSON.stringify(end));
  assert.equal(purchases.length, 1, JSON.stringify(purchases));
  assert.equal(purchases[0].phone_number, end.number);
  assert.equal(imports.length, 1);
  const { data } = await (await fetch(`${world.url}/v1/signups/${end.id}/timeline`)).json();
  const planned = data.find((event) => /ordering/.test(event.detail));
  // Two processes' clocks, each cut to the millisecond.
  const aheadMs = new Date(purchases[0].at) - new Date(planned?.at);
  assert.ok(aheadMs >= -5, `bought ${purchases[0].at}, planned ${JSON.stringify(planned)}`);
}

for (const [what, wish, points, waitMs] of FAULTS) {
  test(`${what}: one number, and a plan before it`, { timeout: 120000 }, async (t) => {
    assert.ok(existsSync(shim), `make ${shim}`);
    const world = new World();
    t.after(() => world.close());
    await world.open({ order_ms: 0, visible_ms: 0 });
    let struck = 0;
    for (const at of points) {
      await world.reset();
      for (const end of ['', '-wal', '-shm', '.lock']) rmSync(world.database + end, { force: true });
      const key = `disk-${at}`;
      await breakDisk(world, wish.replace('N', at));
      const id = await liveOnBadDisk(world, key, waitMs);
      struck += /disk I\/O error|database or disk is full|cannot be/.test(world.daemon.text);
      assert.ok(await world.startDaemon(), world.daemon.text);
      const again = await world.signup(key);
      assert.ok([200, 202].includes(again?.status), JSON.stringify(again));
      if (id) assert.equal(again.signup.id, id, 'an acknowledged sign-up was lost');
      await judge(world, await world.follow(again.signup.id, FINAL));
      await world.stopDaemon();
    }
    assert.ok(struck > 0, 'no fault struck');
  });
}
