// world.mjs - a simulator, a numberd and a browser, for the tests of the pages.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const variant = process.env.V ?? 'debug';

function program(name, override) {
  const path = override ?? join(root, 'out', variant, name);
  if (!existsSync(path)) throw new Error(`${path} is not built; run make V=${variant}`);
  return path;
}

// Start a program and wait for the line that says where it listens.
function start(path, args, env, pattern) {
  const child = spawn(path, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.text = '';
  child.gone = new Promise((resolve) => child.once('exit', resolve));
  child.ready = new Promise((resolve, reject) => {
    const read = (chunk) => {
      child.text += chunk;
      const found = child.text.match(pattern);
      if (found) resolve(found[1].replace(/\/$/, ''));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`${path} ended: ${child.text}`)));
  });
  return child;
}

// Fast enough for a test, slow enough to be seen going on.
const QUICK = { order_ms: 150, visible_ms: 50 };

export class World {
  static async open() {
    const w = new World();
    w.dir = mkdtempSync(join(tmpdir(), 'numberd-browser-'));
    writeFileSync(join(w.dir, 'env'), '');
    w.sim = start(program('numberd-sim', process.env.NUMBERD_SIM), ['--listen', '127.0.0.1:0', '--seed', '7'],
      process.env, /listening on (http:\S+)/);
    w.upstream = await w.sim.ready;
    w.daemon = start(program('numberd', process.env.NUMBERD), ['serve', '--env-file', join(w.dir, 'env')], {
      PATH: process.env.PATH,
      ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '',
      TELNYX_API_KEY: 'KEY0browser_simulated',
      VAPI_API_KEY: '00000000-0000-4000-8000-000000000001',
      TELNYX_API_BASE_URL: `${w.upstream}/v2`,
      VAPI_BASE_URL: `${w.upstream}/vapi`,
      NUMBERD_DATABASE_URL: `sqlite:${join(w.dir, 'numberd.db')}`,
      NUMBERD_LISTEN: '127.0.0.1:0',
      NUMBERD_PUBLIC_SIGNUP: 'on',
      NUMBERD_SETTLE_SECONDS: '1',
      NUMBERD_LIMIT_CUSTOMER_DAY: 'none',
      NUMBERD_LIMIT_HOUR: 'none',
      NUMBERD_LIMIT_DAY: 'none',
    }, /ready at (http:\S+)/);
    w.url = await w.daemon.ready;
    w.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
    });
    await w.faults({});
    return w;
  }

  async close() {
    await this.browser?.close();
    for (const child of [this.daemon, this.sim]) {
      if (!child) continue;
      child.kill('SIGTERM');
      await child.gone;
    }
    rmSync(this.dir, { recursive: true, force: true });
  }

  async simulator(method, path, body) {
    const answer = await fetch(this.upstream + path, { method, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.json();
  }

  faults(settings) {
    return this.simulator('PUT', '/faults', { ...QUICK, ...settings });
  }

  // A page that must stay clean: no console error, no script error, no request
  // to another host.  `allowed`: HTTP errors that the test is about.
  async page({ width = 1280, height = 900, scheme = 'light', script = true, allowed = [], ...more } = {}) {
    const context = await this.browser.newContext({
      viewport: { width, height }, colorScheme: scheme, javaScriptEnabled: script, ...more,
    });
    const page = await context.newPage();
    const trouble = [];
    page.on('console', (m) => {
      const isAllowed = allowed.some((status) => m.text().includes(`status of ${status} `));
      if (m.type() === 'error' && !isAllowed) trouble.push(m.text());
    });
    page.on('pageerror', (e) => trouble.push(e.message));
    page.on('request', (r) => {
      if (!r.url().startsWith(`${this.url}/`)) trouble.push(`asked for ${r.url()}`);
    });
    page.trouble = trouble;
    return page;
  }
}

let businesses = 0;

// What a customer types; a business of its own each time.
export async function fill(page, { name = `Bay Bikes ${++businesses}`, phone = '4155550123' } = {}) {
  await page.fill('#business_name', name);
  await page.fill('#email', 'hello@baybikes.example');
  await page.fill('#business_phone', phone);
  return name;
}

export async function submit(page) {
  await page.click('button.wide');
  await page.waitForURL('**/signups/su_*');
  return page.url();
}

// A sign-up that does not go through the form; the address of its page.
export async function signUpByApi(w, body) {
  const answer = await fetch(`${w.url}/v1/signups`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ business_name: `Api ${++businesses}`, email: 'a@b.example', ...body }),
  });
  const document = await answer.json();
  if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(document)}`);
  return `${w.url}/signups/${document.id}`;
}
