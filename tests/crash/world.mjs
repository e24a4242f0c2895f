// world.mjs - a simulator and a numberd as processes, for tests that end them.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const numberdPath = process.env.NUMBERD ?? 'out/debug/numberd';
const simPath = process.env.NUMBERD_SIM ?? 'out/debug/numberd-sim';
const SETTLE_SECONDS = 1;
// Tests make more sign-ups than a customer; those of the limits set their own.
const UNLIMITED = { NUMBERD_LIMIT_CUSTOMER_DAY: 'none', NUMBERD_LIMIT_HOUR: 'none', NUMBERD_LIMIT_DAY: 'none' };

// Start a program and wait for the line that says where it listens.
function start(path, args, env, pattern) {
  const child = spawn(path, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.text = '';
  child.gone = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  child.ready = new Promise((resolve) => {
    const read = (chunk) => {
      child.text += chunk;
      const found = child.text.match(pattern);
      if (found) resolve(found[1].replace(/\/$/, ''));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => resolve(null)); // it may die before it is ready
  });
  return child;
}

export class World {
  constructor() {
    this.dir = mkdtempSync(join(tmpdir(), 'numberd-crash-'));
    writeFileSync(join(this.dir, 'env'), '');
  }

  async open(settings = {}) {
    writeFileSync(join(this.dir, 'profile.json'), JSON.stringify({ order_ms: 20, visible_ms: 20, ...settings }));
    const args = ['--listen', '127.0.0.1:0', '--profile', join(this.dir, 'profile.json')];
    this.sim = start(simPath, args, process.env, /listening on (http:\S+)/);
    this.upstream = await this.sim.ready;
    if (!this.upstream) throw new Error(`no simulator: ${this.sim.text}`);
    this.database = join(this.dir, 'numberd.db');
  }

  // more: further variables, or other values for those below.
  async startDaemon(fault = '', more = {}) {
    this.env = {
      PATH: process.env.PATH,
      ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '',
      TELNYX_API_KEY: 'KEY0crash_simulated',
      VAPI_API_KEY: '00000000-0000-4000-8000-000000000001',
      TELNYX_API_BASE_URL: `${this.upstream}/v2`,
      VAPI_BASE_URL: `${this.upstream}/vapi`,
      NUMBERD_DATABASE_URL: `sqlite:${this.database}`,
      NUMBERD_LISTEN: '127.0.0.1:0',
      NUMBERD_SETTLE_SECONDS: String(SETTLE_SECONDS),
      ...UNLIMITED,
      NUMBERD_FAULT: fault,
      ...more,
    };
    this.daemon = start(numberdPath, ['serve', '--env-file', join(this.dir, 'env')], this.env, /ready at (http:\S+)/);
    this.url = await this.daemon.ready;
    return this.url;
  }

  // Whether it comes to take sign-ups, rather than to die before.
  async isReady() {
    for (;;) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer === null || answer.status === 200) return answer !== null;
    }
  }

  async stopDaemon(signal = 'SIGTERM') {
    this.daemon.kill(signal);
    return this.daemon.gone;
  }

  // A sign-up, or null when the daemon died under it.
  async signup(key, body = {}) {
    try {
      const response = await fetch(`${this.url}/v1/signups`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({
          business_name: `Crash ${key}`,
          email: 'crash@example.com',
          business_phone: '415 555 0123',
          ...body,
        }),
      });
      return { status: response.status, signup: await response.json() };
    } catch {
      return null;
    }
  }

  // Follow it live until it has one of these statuses; null when the daemon died.
  async follow(id, statuses) {
    try {
      const response = await fetch(`${this.url}/v1/signups/${id}/events`);
      let text = '';
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const last = text.split('\n').filter((line) => line.startsWith('data: {') && line.endsWith('}')).pop();
        if (last && statuses.includes(JSON.parse(last.slice(6)).status)) break;
      }
    } catch {
      return null;
    }
    return this.get(id);
  }

  async get(id) {
    try {
      return await (await fetch(`${this.url}/v1/signups/${id}`)).json();
    } catch {
      return null;
    }
  }

  async ledger() {
    return (await fetch(`${this.upstream}/ledger`)).json();
  }

  async faults(document) {
    const response = await fetch(`${this.upstream}/faults`, { method: 'PUT', body: JSON.stringify(document) });
    if (!response.ok) throw new Error(await response.text());
  }

  // Only what is named changes.
  async set(settings) {
    const response = await fetch(`${this.upstream}/faults`, { method: 'PATCH', body: JSON.stringify(settings) });
    if (!response.ok) throw new Error(await response.text());
  }

  // The key that the simulator's webhooks are signed with.
  async publicKey() {
    return (await (await fetch(`${this.upstream}/sim/public_key`)).json()).public_key;
  }

  // One figure of /metrics: "webhooks_total", 'answers_total{code="ok"}'.
  async figure(name) {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`numberd_${name} `));
    return line === undefined ? undefined : Number(line.split(' ')[1]);
  }

  async reset() {
    await fetch(`${this.upstream}/reset`, { method: 'POST' });
  }

  async close() {
    for (const child of [this.daemon, this.sim]) {
      if (child && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await child.gone;
      }
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}
