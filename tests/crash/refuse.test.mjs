// refuse.test.mjs - what numberd does not start on, and what must not stop it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, truncateSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { World } from './world.mjs';

const shim = process.env.NUMBERD_BREAK_SO ?? 'out/debug/tests/torture/break.so';
const numberd = process.env.NUMBERD ?? 'out/debug/numberd';
const FINAL = ['active', 'failed', 'needs_attention'];

async function openWorld(t) {
  const world = new World();
  t.after(() => world.close());
  await world.open({ order_ms: 0, visible_ms: 0 });
  return world;
}

async function signUp(world, key) {
  const { signup } = await world.signup(key);
  const end = await world.follow(signup.id, FINAL);
  assert.equal(end.status, 'active', JSON.stringify(end));
  return end;
}

// Started with something wrong: how it ends, and what it says.
async function refused(world, more = {}) {
  assert.equal(await world.startDaemon('', more), null, 'it serves all the same');
  return { ...(await world.daemon.gone), text: world.daemon.text };
}

function overwrite(path, from) {
  const file = openSync(path, 'r+');
  const bytes = fstatSync(file).size - from;
  assert.ok(bytes > 0);
  writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, from);
  closeSync(file);
}

test('a second daemon on the same file is refused and says who works on it', async (t) => {
  const world = await openWorld(t);
  await world.startDaemon();
  const { daemon, url } = world;
  const { code, text } = await refused(world);
  assert.equal(code, 5, text);
  assert.match(text, new RegExp(`process ${daemon.pid} works on this database and answers at ${url}`));
  world.daemon = daemon;
  world.url = url;
  await signUp(world, 'one');
  assert.equal((await world.ledger()).purchases.length, 1);
});

test('a file whose pages are garbage is refused, and nothing is bought', async (t) => {
  const world = await openWorld(t);
  await world.startDaemon();
  await signUp(world, 'one');
  await world.stopDaemon();
  overwrite(world.database, 4096);
  const { code, text } = await refused(world);
  assert.equal(code, 5, text);
  assert.match(text, /^numberd: .*(malformed|damaged|not a database)/m);
  assert.equal((await world.ledger()).purchases.length, 1);
});

test('a file that is no database is refused', async (t) => {
  const world = await openWorld(t);
  await world.startDaemon();
  await world.stopDaemon();
  overwrite(world.database, 0);
  const { code, text } = await refused(world);
  assert.equal(code, 5, text);
  assert.match(text, /^numberd: .*not a database/m);
});

// The last frames of a WAL are what a loss of power takes.
test('a WAL that was cut short loses its last step and no number', async (t) => {
  const world = await openWorld(t);
  await world.startDaemon();
  const end = await signUp(world, 'one');
  await world.stopDaemon('SIGKILL');
  const wal = `${world.database}-wal`;
  const file = openSync(wal, 'r');
  const { size } = fstatSync(file);
  closeSync(file);
  assert.ok(size > 5000);
  truncateSync(wal, size - 5000);
  assert.ok(await world.startDaemon(), world.daemon.text);
  const again = await world.follow(end.id, FINAL);
  assert.equal(again.status, 'active', JSON.stringify(again));
  assert.equal(again.number, end.number);
  assert.equal((await world.ledger()).purchases.length, 1);
});

test('when no random bytes come any more it does not start', async (t) => {
  const world = await openWorld(t);
  const { signal, text } = await refused(world, { LD_PRELOAD: shim, NUMBERD_BREAK: `random:2:${constants.errno.EIO}:ever` });
  assert.equal(signal, 'SIGABRT', text);
  assert.match(text, /^numberd: stopped: the system gives no random bytes/m);
});

test('a connection for which no file descriptor is left does not end it', async (t) => {
  const world = await openWorld(t);
  const more = { LD_PRELOAD: shim, NUMBERD_BREAK: `accept:1:${constants.errno.EMFILE}` };
  assert.ok(await world.startDaemon('', more), world.daemon.text);
  await signUp(world, 'one');
});

test('a log that nobody reads does not stop the service', { timeout: 60000 }, async (t) => {
  const world = await openWorld(t);
  await world.startDaemon();
  const env = { ...world.env };
  await world.stopDaemon();
  // Its stderr is a pipe of ours that is read up to "ready" and no further.
  const daemon = spawn(numberd, ['serve', '--env-file', `${world.dir}/env`], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  daemon.gone = new Promise((resolve) => daemon.once('exit', (code, signal) => resolve({ code, signal })));
  world.daemon = daemon;
  world.url = await new Promise((resolve) => {
    let text = '';
    daemon.stderr.on('data', (chunk) => {
      text += chunk;
      const found = text.match(/ready at (http:\S+)\//);
      if (found) resolve(found[1]);
    });
  });
  daemon.stderr.removeAllListeners('data');
  daemon.stderr.pause();
  // Each leaves about 1 KiB of lines; a pipe and its reader's buffer hold some 128.
  for (let i = 0; i < 30; i++) await Promise.all(Array.from({ length: 10 }, (_, k) => signUp(world, `log-${i}-${k}`)));
  assert.ok((await fetch(`${world.url}/healthz`)).ok);
  // Read again: it says how much was not heard.
  const heard = new Promise((resolve) => {
    let text = '';
    daemon.stderr.on('data', (chunk) => {
      text += chunk;
      if (/log lines were dropped.*count=[1-9]/.test(text)) resolve(true);
    });
  });
  daemon.stderr.resume();
  let isHeard = false;
  void heard.then(() => (isHeard = true));
  for (let i = 0; i < 50 && !isHeard; i++) {
    await signUp(world, `heard-${i}`);
    await sleep(1);
  }
  assert.ok(isHeard, 'it does not say that lines were dropped');
});
