// torture.mjs - one sign-up whose n-th allocation or system call fails, once or
// from then on, for every n; then the same sign-up again on a sound machine.
//
//   node tests/torture/torture.mjs [--most N] [--kind WORD] [--workers 2] [--at N]
//
// --most N takes at most N points of each kind, evenly spread (allocations: 8 N);
// 0 takes every one.  --kind and --at play some again.
//
// Judged: numberd ends by itself with an exit status of its own or by the stop
// that is intended (abort() after a line that says why), never by another
// signal; the ledger never shows a second number; the second run ends active, if need
// be after a person's "retry".

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { World } from '../crash/world.mjs';

const numberd = process.env.NUMBERD ?? 'out/debug/numberd';
const shim = process.env.NUMBERD_BREAK_SO ?? 'out/debug/tests/torture/break.so';
const { values } = parseArgs({
  options: {
    most: { type: 'string', default: '0' },
    kind: { type: 'string', default: '' },
    at: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
  },
});
const MOST = Number(values.most);

// In break.c's order, with what the kernel may say.
const { ENOMEM, EIO, EINTR, EPIPE, ENOSPC, EMFILE, EACCES, ECONNREFUSED, ENOBUFS, ENETUNREACH, EAGAIN, ENOLCK, EBADF } =
  constants.errno;
const KINDS = {
  alloc: [ENOMEM],
  read: [EIO, EINTR],
  write: [EPIPE, ENOSPC],
  pread: [EIO],
  pwrite: [ENOSPC, EIO],
  sync: [EIO],
  truncate: [EIO],
  open: [EMFILE, EACCES],
  stat: [EIO],
  lock: [ENOLCK],
  mmap: [ENOMEM],
  socket: [EMFILE, ENOBUFS],
  connect: [ECONNREFUSED, ENETUNREACH],
  bind: [EACCES],
  accept: [EMFILE],
  pipe: [EMFILE],
  epoll: [ENOMEM],
  wait: [EINTR, EBADF],
  random: [EIO],
  thread: [EAGAIN],
};
const STATUSES = [0, 1, 3, 4, 5];
const ONCE_MS = 30000;
const EVER_MS = 2500; // going on trying is right: then it is killed

// Not only where a line begins: another thread may be in the middle of one.
const STOP = /numberd: (out of memory|bug: must\(.*\) failed|stopped: .*)/m;

class Torturer {
  constructor() {
    this.world = new World();
    this.dir = mkdtempSync(join(tmpdir(), 'numberd-torture-'));
    this.counts = join(this.dir, 'counts');
    writeFileSync(join(this.dir, 'env'), '');
  }

  async open() {
    await this.world.open({ order_ms: 0, visible_ms: 0 });
    this.env = {
      PATH: process.env.PATH,
      TELNYX_API_KEY: 'KEY0torture_simulated',
      VAPI_API_KEY: '00000000-0000-4000-8000-000000000001',
      TELNYX_API_BASE_URL: `${this.world.upstream}/v2`,
      VAPI_BASE_URL: `${this.world.upstream}/vapi`,
      NUMBERD_DATABASE_URL: `sqlite:${this.world.database}`,
      NUMBERD_SETTLE_SECONDS: '1',
    };
  }

  async fresh() {
    await this.world.reset();
    for (const end of ['', '-wal', '-shm', '-journal', '.lock']) rmSync(this.world.database + end, { force: true });
  }

  run(more, mostMs) {
    const wish = ['--business-name', 'Torture', '--email', 't@example.com', '--business-phone', '415 555 0123'];
    const args = ['signup', '--env-file', join(this.dir, 'env'), '--json', '--idempotency-key', 'one', ...wish];
    const child = spawn(numberd, args, { env: { ...this.env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
    const result = { out: '', err: '', isLate: false };
    child.stdout.on('data', (chunk) => (result.out += chunk));
    child.stderr.on('data', (chunk) => (result.err += chunk));
    const timer = setTimeout(() => {
      result.isLate = true;
      child.kill('SIGKILL');
    }, mostMs);
    return new Promise((resolve) =>
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        resolve({ ...result, code, signal });
      }),
    );
  }

  async count() {
    await this.fresh();
    rmSync(this.counts, { force: true });
    const end = await this.run({ LD_PRELOAD: shim, NUMBERD_BREAK_COUNTS: this.counts }, ONCE_MS);
    if (end.code !== 0) throw new Error(`the sign-up fails even without a fault: ${JSON.stringify(end)}`);
    const bytes = readFileSync(this.counts);
    return Object.fromEntries(Object.keys(KINDS).map((kind, i) => [kind, Number(bytes.readBigInt64LE(8 * i))]));
  }

  // One point: what it came to, and what is wrong about it.
  async torture({ kind, at, errno, isEver }) {
    await this.fresh();
    const wish = `${kind}:${at}:${errno}${isEver ? ':ever' : ''}`;
    const broken = await this.run({ LD_PRELOAD: shim, NUMBERD_BREAK: wish }, isEver ? EVER_MS : ONCE_MS);
    const wrongs = [];
    const stop = broken.err.match(STOP)?.[0];
    let end = broken.code !== null ? `status ${broken.code}` : broken.signal;
    if (broken.isLate && isEver) end = 'went on trying';
    else if (broken.isLate) wrongs.push('does not end');
    else if (broken.signal === 'SIGABRT' && stop) end = stop;
    // libevent and OpenSSL stop without a word where they cannot go on.
    else if (broken.signal === 'SIGABRT' && kind === 'alloc') end = 'abort() of a library';
    else if (broken.signal) wrongs.push(`ended by ${broken.signal}`);
    else if (!STATUSES.includes(broken.code)) wrongs.push(`exit status ${broken.code}`);
    const sound = await this.run({}, ONCE_MS);
    if (sound.code === 4) await this.retry(sound);
    await this.judge(sound, wrongs);
    return { wish, end, wrongs, said: wrongs.length > 0 ? `${broken.err.slice(-600)}\n-- then --\n${sound.err.slice(-900)}` : '' };
  }

  // It was parked, as it should be while nothing can be reached: a person says
  // "try again" to the daemon.
  async retry(sound) {
    if (!(await this.world.startDaemon())) return;
    const { id } = JSON.parse(sound.out);
    await fetch(`${this.world.url}/v1/signups/${id}/retry`, { method: 'POST' });
    const signup = await this.world.follow(id, ['active', 'failed']);
    await this.world.stopDaemon();
    if (signup?.status !== 'active') return;
    sound.code = 0;
    sound.out = JSON.stringify(signup);
  }

  async judge(sound, wrongs) {
    const ledger = await this.world.ledger();
    const bought = ledger.purchases.filter((one) => one.status !== 'failure');
    if (bought.length > 1) wrongs.push(`bought ${bought.map((one) => one.phone_number)}`);
    if (sound.code !== 0) wrongs.push(`the sound run ends with ${sound.code ?? sound.signal}${sound.isLate ? ' (too late)' : ''}`);
    else if (bought[0]?.phone_number !== JSON.parse(sound.out).number) wrongs.push('another number than the ledger has');
    else if (ledger.imports.length !== 1) wrongs.push(`${ledger.imports.length} imports`);
  }

  async close() {
    await this.world.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function choose(counts) {
  const points = [];
  for (const [kind, count] of Object.entries(counts)) {
    if (values.kind && kind !== values.kind) continue;
    const most = MOST * (kind === 'alloc' ? 8 : 1);
    const stride = most > 0 ? Math.max(1, count / most) : 1;
    for (const isEver of [false, true])
      for (let i = 0; Math.floor(i * stride) < count; i++) {
        const at = Math.floor(i * stride) + 1;
        const errors = KINDS[kind];
        points.push({ kind, at, errno: errors[(at + i) % errors.length], isEver });
      }
  }
  return values.at ? points.filter((one) => one.at === Number(values.at)) : points;
}

const from = performance.now();
const torturers = Array.from({ length: Number(values.workers) }, () => new Torturer());
for (const one of torturers) await one.open();
const counts = await torturers[0].count();
const points = choose(counts);
const ends = {};
let passed = 0;
let failed = 0;

async function work(torturer) {
  for (let point = points.shift(); point; point = points.shift()) {
    const { wish, end, wrongs, said } = await torturer.torture(point);
    const key = `${point.kind}${point.isEver ? ' for ever' : ''}: ${end}`;
    ends[key] = (ends[key] ?? 0) + 1;
    if (wrongs.length === 0) passed++;
    else failed++;
    if (wrongs.length > 0 && failed <= 60) console.log(`${wish}: ${wrongs.join('; ')}\n${said.replace(/^/gm, '    ')}`);
  }
}

await Promise.all(torturers.map(work));
for (const one of torturers) await one.close();
for (const key of Object.keys(ends).sort()) console.log(`${String(ends[key]).padStart(6)}  ${key}`);
const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
const seconds = (performance.now() - from) / 1000;
console.log(`${passed + failed} points of ${2 * all} (${all} calls, each once and for ever) in ${seconds.toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
