// Every state of the pages as a picture: two widths, two schemes, into out/screenshots/.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { World, fill, root, signUpByApi, submit } from './world.mjs';

const folder = join(root, 'out', 'screenshots');
const looks = [[1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark']];

let w;
before(async () => {
  mkdirSync(folder, { recursive: true });
  w = await World.open();
});
after(async () => { await w?.close(); });

async function shoot(page, state) {
  for (const [width, scheme] of looks) {
    const path = join(folder, `${state}-${width}-${scheme}.png`);
    await page.setViewportSize({ width, height: width < 600 ? 844 : 800 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path, fullPage: true, animations: 'disabled', caret: 'hide' });
    assert.ok(statSync(path).size > 4000, path);
  }
}

async function signUp(page, settings, what) {
  await w.faults(settings);
  await page.goto(w.url);
  await fill(page, what);
  return submit(page);
}

test('pictures of the form', { timeout: 60000 }, async () => {
  const page = await w.page({ allowed: [422] });
  await page.goto(w.url);
  await shoot(page, 'form');
  await fill(page, { name: 'Bay Bikes' });
  await page.waitForSelector('#numbers .pick');
  await shoot(page, 'form-filled');
  await w.faults({ sold_out: ['510', '341'] });
  await page.click('details.more summary');
  await page.fill('#place', '510');
  await page.waitForSelector('#numbers .rung:has-text("Nearby")');
  await page.check('#numbers input >> nth=1');
  await page.waitForFunction(() => document.querySelector('#held').textContent !== '');
  await shoot(page, 'form-choosing');
  await page.fill('#place', '');
  await w.faults({});
  await page.check('#has_existing');
  await page.fill('#existing_number', '911');
  await page.fill('#email', 'hello');
  await page.click('button.wide');
  await page.waitForSelector('#summary');
  await shoot(page, 'form-errors');
  assert.deepEqual(page.trouble, []);
});

test('pictures of a sign-up on its way and at its end', { timeout: 90000 }, async () => {
  const page = await w.page();
  await signUp(page, { order_ms: 600000 }, { name: 'Bay Bikes & Repair' });
  await page.waitForSelector('.step.now:has-text("Buying it")');
  await shoot(page, 'progress');
  await w.simulator('POST', '/advance', { ms: 700000 });
  await page.waitForSelector('.number', { timeout: 30000 });
  await shoot(page, 'ready');
  const ready = page.url();
  await signUp(page, { sold_out: ['415', '628'] });
  await page.waitForSelector('.number');
  await shoot(page, 'ready-elsewhere');
  await signUp(page, { stock_each: 0 });
  await page.waitForSelector('h1:has-text("We could not")');
  await shoot(page, 'failed');
  await w.faults({});
  await page.goto(await signUpByApi(w, { business_name: 'Toll Bakery', business_phone: '8005550123' }));
  await page.fill('#place', '206');
  await page.waitForSelector('#numbers .pick');
  await shoot(page, 'needs-input');
  await signUp(page, { import_status: 'blocked' });
  await page.waitForSelector('.step.stopped');
  await shoot(page, 'needs-attention');
  await page.goto(`${w.url}/admin`);
  await shoot(page, 'admin');
  await page.goto(ready.replace('/signups/', '/admin/signups/'));
  await shoot(page, 'admin-sign-up');
  await page.goto(`${w.url}/about`);
  await shoot(page, 'about');
  assert.deepEqual(page.trouble, []);
});
