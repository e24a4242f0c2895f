// loop.mjs - numberd killed and paused at random while people sign up.
//
//   node tests/crash/loop.mjs [--kills 500] [--seed N] [--worlds 2] [--batch 50]
//
// A world is a simulator with its ledger and one numberd.  Clients sign up, ask
// again with the same key, cancel, release and bring numbers along; meanwhile
// numberd is ended with SIGKILL, or paused with SIGSTOP, at random moments and
// at each fault point in turn, and started again.  After each batch of kills
// the faults stop, every client asks once more, and when all has settled the
// judge compares what numberd says with the ledger.
//
// The seed decides who asks what and what is struck how long after; what the
// machine had done by then is the machine's.  A failing batch names its seed:
// --seed N --kills 50 --worlds 1 plays it again as far as processes can be.

import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { judge } from './judge.mjs';
import { POINTS } from './points.mjs';
import { World } from './world.mjs';

const CLIENTS = 4;
const SIGNUPS_A_KILL = 3;
const SETTLED = ['active', 'failed', 'cancelled', 'released'];
const SETTLE_MS = 90000;
const PARKED_MS = 20000; // a parked sign-up goes on looking by itself: it is given this long

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 1000000) },
    worlds: { type: 'string', default: '2' },
    batch: { type: 'string', default: '50' },
  },
});
const KILLS = Number(values.kills);
const SEED = Number(values.seed);
const BATCH = Number(values.batch);

// Marsaglia's xorshift over 32 bits: the same numbers from the same seed.
class Chance {
  constructor(seed) {
    this.state = (seed * 2654435761 + 88172645) >>> 0 || 1;
    for (let i = 0; i < 8; i++) this.below(2);
  }

  below(count) {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    this.state >>>= 0;
    return Math.floor((this.state / 4294967296) * count);
  }

  from(list) {
    return list[this.below(list.length)];
  }
}

const total = { kills: 0, pauses: 0, starts: 0, batches: 0, failed: 0, signups: 0, parked: 0 };
const byPoint = {};

// One batch: its own seed, an empty world, an empty database.
class Batch {
  constructor(world, seed) {
    this.world = world;
    this.seed = seed;
    this.chance = new Chance(seed);
    this.asked = new Map(); // key -> { body, ids }
    this.cancelled = new Set();
    this.wrongs = [];
    this.brought = 0;
    this.kills = 0;
    this.pauses = 0;
    this.isOver = false;
  }

  wrong(what) {
    this.wrongs.push(what);
  }

  // --- clients ---

  async signUp(key) {
    const asked = this.asked.get(key);
    const answer = await this.world.signup(key, asked.body);
    if (!answer) return;
    if (answer.status === 200 || answer.status === 202) asked.ids.add(answer.signup.id);
    else if (answer.status !== 503) this.wrong(`sign-up ${key}: ${answer.status} ${JSON.stringify(answer.signup)}`);
  }

  newKey(more = {}) {
    const key = `k${this.seed}-${this.asked.size}`;
    const body = { business_phone: this.chance.from(['415 555 0123', '212 555 0123', '312 555 0188']), ...more };
    this.asked.set(key, { body, ids: new Set() });
    return key;
  }

  async bringNumber() {
    const number = `+1628555${1000 + this.brought++}`;
    const response = await fetch(`${this.world.upstream}/seed-numbers`, {
      method: 'POST',
      body: JSON.stringify({ numbers: [number], status: 'active' }),
    });
    if (!response.ok) throw new Error(await response.text());
    await this.signUp(this.newKey({ existing_number: number }));
  }

  async ask(path) {
    try {
      await (await fetch(this.world.url + path, { method: 'POST' })).arrayBuffer();
    } catch {
      // it died: whether it heard is not known
    }
  }

  async cancel(query) {
    const ids = [...this.asked.values()].flatMap((one) => [...one.ids]);
    if (ids.length === 0) return;
    const id = this.chance.from(ids);
    this.cancelled.add(id);
    await this.ask(`/v1/signups/${id}/cancel${query}`);
  }

  async client() {
    while (!this.isOver) {
      if (!this.world.url) await this.world.started;
      if (this.isOver) return;
      const what = this.chance.below(10);
      const keys = [...this.asked.keys()];
      const mayAsk = keys.length < SIGNUPS_A_KILL * (this.kills + 2);
      if (what < 5 && mayAsk) await this.signUp(this.newKey());
      else if (what < 6 && mayAsk) await this.bringNumber();
      else if (what < 8 && keys.length > 0) await this.signUp(this.chance.from(keys));
      else if (what < 9) await this.cancel('');
      else await this.cancel('?now=true');
      await sleep(this.chance.below(40));
    }
  }

  // --- the killer ---

  async start(fault) {
    this.world.url = null;
    let began;
    this.world.started = new Promise((resolve) => (began = resolve));
    total.starts++;
    const isReady = await this.world.startDaemon(fault);
    began();
    return isReady;
  }

  async died() {
    this.world.url = null;
    const { code, signal } = await this.world.daemon.gone;
    if (signal !== 'SIGKILL') this.wrong(`numberd ended by itself: ${code} ${signal}\n${this.world.daemon.text.slice(-2000)}`);
    this.kills++;
  }

  // Paused for a moment, mostly short; sometimes never continued.
  async pause() {
    const daemon = this.world.daemon;
    daemon.kill('SIGSTOP');
    this.pauses++;
    await sleep(this.chance.below(20) === 0 ? 1000 + this.chance.below(2000) : this.chance.below(150));
    if (this.chance.below(2) === 0) daemon.kill('SIGCONT');
    await sleep(this.chance.below(40));
  }

  async strike(number) {
    const chance = this.chance;
    const isPoint = chance.below(2) === 0;
    const point = POINTS[number % POINTS.length];
    const most = point.startsWith('store.') ? 40 : 6; // passes: a sign-up commits often and buys once
    const isReady = await this.start(isPoint ? `${point}:${1 + chance.below(most)}` : '');
    if (isReady && isPoint) {
      const struck = await Promise.race([this.world.daemon.gone, sleep(150 + chance.below(100))]);
      if (struck) byPoint[point] = (byPoint[point] ?? 0) + 1;
    } else if (isReady) {
      await sleep(chance.below(chance.below(4) === 0 ? 10 : 160));
      if (chance.below(3) === 0) await this.pause();
    }
    this.world.daemon.kill('SIGKILL');
    await this.died();
  }

  // --- the end ---

  async all() {
    const signups = [];
    let cursor = '';
    do {
      const page = await (await fetch(`${this.world.url}/v1/signups?limit=200&cursor=${cursor}`)).json();
      signups.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor);
    return signups;
  }

  // Cancelled after it was active: the number waits out its undo time.
  async skipUndo(signups) {
    for (const one of signups.filter((each) => each.status === 'cancelled' && each.number))
      await this.ask(`/v1/signups/${one.id}/cancel?now=true`);
  }

  async settle() {
    const from = Date.now();
    for (;;) {
      const signups = await this.all();
      const moving = signups.filter((one) => !SETTLED.includes(one.status) || (one.status === 'cancelled' && one.number));
      const parked = moving.filter((one) => one.status === 'needs_attention');
      const waited = Date.now() - from;
      const isWorthWaiting = parked.some((one) => !this.cancelled.has(one.id)) && waited < PARKED_MS;
      if (moving.length === parked.length && !isWorthWaiting) {
        for (const one of parked) this.park(one);
        return signups;
      }
      if (waited > SETTLE_MS) {
        this.wrong(`not settled: ${JSON.stringify(moving.slice(0, 3))}`);
        return signups;
      }
      await this.skipUndo(moving);
      await sleep(50);
    }
  }

  // Cancelled while it is not known whether it was bought: the core will not
  // order again to find out, so only a person can end it.  Any other is printed.
  park(signup) {
    total.parked++;
    if (!this.cancelled.has(signup.id)) console.log(`seed ${this.seed}: parked: ${JSON.stringify(signup)}`);
    if (!signup.error?.message || !signup.error?.hint) this.wrong(`${signup.id} is parked without a word`);
  }

  async run() {
    await this.world.reset();
    for (const end of ['', '-wal', '-shm', '.lock']) rmSync(this.world.database + end, { force: true });
    this.world.url = null;
    let began;
    this.world.started = new Promise((resolve) => (began = resolve));
    const clients = Array.from({ length: CLIENTS }, () => this.client());
    began();
    for (let i = 0; this.kills < BATCH; i++) await this.strike(this.seed + i);
    this.isOver = true;
    if (!(await this.start(''))) throw new Error(`numberd does not start: ${this.world.daemon.text}`);
    await Promise.all(clients);
    for (const key of this.asked.keys()) await this.signUp(key); // what a client does that heard nothing
    const signups = await this.settle();
    await judge(this, signups);
    await this.world.stopDaemon();
    total.signups += signups.length;
  }
}

let nextBatch = 0;
async function worldRuns() {
  const world = new World();
  await world.open();
  while (nextBatch * BATCH < KILLS) {
    const batch = new Batch(world, SEED + nextBatch++);
    await batch.run();
    total.batches++;
    total.kills += batch.kills;
    total.pauses += batch.pauses;
    if (batch.wrongs.length > 0) total.failed++;
    for (const wrong of batch.wrongs.slice(0, 20)) console.log(`seed ${batch.seed}: ${wrong}`);
  }
  await world.close();
}

const from = performance.now();
console.log(`seed ${SEED}`);
await Promise.all(Array.from({ length: Number(values.worlds) }, worldRuns));
const seconds = (performance.now() - from) / 1000;
console.log(`at the points: ${POINTS.map((point) => `${point} ${byPoint[point] ?? 0}`).join(', ')}`);
console.log(
  `${total.kills} kills, ${total.pauses} pauses, ${total.starts} starts, ${total.signups} sign-ups (${total.parked} parked) ` +
    `in ${seconds.toFixed(1)} s: ${(total.kills / seconds).toFixed(1)} kills/s`,
);
console.log(`${total.batches - total.failed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 ? 1 : 0);
