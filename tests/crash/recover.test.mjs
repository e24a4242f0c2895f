// recover.test.mjs - a database that was lost, or came out of a backup, has forgotten
// purchases: nothing is spent until a person has looked, and nothing is bought twice.

import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { World } from './world.mjs';

const SECRET = { NUMBERD_INSTANCE_SECRET: 'kept-beside-the-backups' };
const FINAL = ['active', 'failed', 'needs_attention'];

async function open(t) {
  const world = new World();
  t.after(() => world.close());
  await world.open();
  assert.ok(await world.startDaemon('', SECRET), world.daemon?.text);
  return world;
}

async function bought(world, key, body) {
  const { status, signup } = await world.signup(key, body);
  assert.ok(status === 202 || status === 200, JSON.stringify(signup));
  const last = await world.follow(signup.id, FINAL);
  assert.equal(last?.status, 'active', JSON.stringify(last));
  return last;
}

async function call(world, path, body) {
  const options = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return (await fetch(`${world.url}${path}`, options)).json();
}

const limits = (world) => call(world, '/v1/limits');

async function frozen(world) {
  for (let i = 0; i < 100; i++) {
    const spending = await limits(world);
    if (JSON.stringify(spending).includes('"frozen":true')) return spending;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return null;
}

function drop(path) {
  for (const tail of ['', '-wal', '-shm']) rmSync(path + tail, { force: true });
}

test('after the loss of the database the same key finds its number again', { timeout: 60000 }, async (t) => {
  const world = await open(t);
  const before = await bought(world, 'one');
  await world.stopDaemon();
  drop(world.database);
  assert.ok(await world.startDaemon('', SECRET), world.daemon?.text);
  const state = await frozen(world);
  assert.ok(state, 'what is not known freezes spending');
  assert.match(JSON.stringify(state), /Telnyx knows 1 order /);
  const after = await bought(world, 'one');
  assert.equal(after.number, before.number);
  assert.notEqual(after.id, before.id);
  assert.equal((await world.ledger()).purchases.length, 1);
  await call(world, '/v1/thaw', {});
  await bought(world, 'two', { business_name: 'Second', email: 'second@example.com' });
  assert.equal((await world.ledger()).purchases.length, 2);
});

test('a backup that is older than a purchase does not buy again', { timeout: 60000 }, async (t) => {
  const world = await open(t);
  // Stored, searched for and reserved; not ordered yet when the backup is taken.
  await call(world, '/v1/freeze', { reason: 'backup' });
  const { signup } = await world.signup('one');
  for (let i = 0; i < 500 && (await world.get(signup.id)).error?.code !== 'frozen'; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await world.stopDaemon();
  copyFileSync(world.database, `${world.database}.backup`);
  assert.ok(await world.startDaemon('', SECRET));
  await call(world, '/v1/thaw', {});
  const before = await world.follow(signup.id, FINAL);
  assert.equal(before.status, 'active', world.daemon.text);
  await world.stopDaemon();
  drop(world.database);
  copyFileSync(`${world.database}.backup`, world.database);
  assert.ok(await world.startDaemon('', SECRET), world.daemon?.text);
  const after = await world.follow(signup.id, FINAL);
  assert.equal(after.status, 'active', world.daemon.text);
  assert.equal(after.number, before.number);
  assert.equal((await world.ledger()).purchases.length, 1);
});

test('an unbroken database is not frozen by a restart', { timeout: 60000 }, async (t) => {
  const world = await open(t);
  await bought(world, 'one');
  await world.stopDaemon();
  assert.ok(await world.startDaemon('', SECRET));
  await bought(world, 'two', { business_name: 'Second', email: 'second@example.com' });
  assert.equal(JSON.stringify(await limits(world)).includes('"frozen":true'), false);
});
