// The official Vapi client, as published, against the simulated Vapi, which
// looks into the simulated Telnyx account.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { VapiClient } from '@vapi-ai/server-sdk';
import { startSimulator } from './simulator.js';

const KEY = '3b1f2b6e-6f0e-4f57-9a53-0b6f4f9f2f11';
const CREDENTIAL = '5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70';
const NUMBER = '+14155550123';
const E164_HINT =
  'number must be a valid phone number in the E.164 format. Hot tip, you may be missing the country code (Eg. US: +1).';

let sim;
let vapi;

const client = (options = {}) =>
  new VapiClient({ token: KEY, baseUrl: `${sim.url}/vapi`, maxRetries: 0, timeoutInSeconds: 10, ...options });

before(async () => {
  sim = await startSimulator();
  vapi = client();
});
after(async () => assert.equal(await sim.stop(), 0));
beforeEach(async () => {
  await sim.faults({});
  await sim.reset();
  await sim.seed({ numbers: [NUMBER] });
});

const importNumber = (fields = {}) =>
  vapi.phoneNumbers.create({ provider: 'telnyx', number: NUMBER, credentialId: CREDENTIAL, ...fields });

const fails = async (promise, status, message) => {
  const error = await promise.then(
    () => assert.fail(`expected ${status}`),
    (e) => e,
  );
  assert.equal(error.statusCode, status);
  assert.equal(error.body.statusCode, status);
  if (message instanceof RegExp) assert.match(error.body.message, message);
  else assert.deepEqual(error.body.message, message);
  return error;
};

test('a number is imported, routed to Vapi at Telnyx, read, changed, cleared and deleted', async () => {
  const made = await importNumber({ name: 'acme', assistantId: KEY });
  assert.equal(made.status, 'active');
  assert.equal(made.number, NUMBER);
  assert.equal((await sim.ledger()).owned[0].connection_id, '2900000000000000001');
  assert.equal((await vapi.phoneNumbers.get({ id: made.id })).assistantId, KEY);
  const renamed = await vapi.phoneNumbers.update({ id: made.id, body: { provider: 'telnyx', name: 'bay' } });
  assert.equal(renamed.name, 'bay');
  assert.equal(renamed.assistantId, KEY);
  await vapi.phoneNumbers.update({ id: made.id, body: { provider: 'telnyx', assistantId: null } });
  assert.equal((await vapi.phoneNumbers.get({ id: made.id })).assistantId ?? null, null);
  assert.equal((await vapi.phoneNumbers.delete({ id: made.id })).id, made.id);
  await fails(vapi.phoneNumbers.get({ id: made.id }), 404, 'Not Found');
  await fails(vapi.phoneNumbers.delete({ id: made.id }), 404, 'Not Found');
  assert.equal((await sim.ledger()).owned.length, 1, 'the Telnyx number goes on renting');
});

test('a second import names the first one, or another organisation', async () => {
  const { id } = await importNumber();
  const error = await fails(importNumber(), 400, /^Existing Phone Number [0-9a-f-]{36} Has Identical /);
  assert.ok(error.body.message.includes(id));
  await sim.faults({ existing_wording: 'other_org' });
  await fails(importNumber(), 400, `Phone number ${NUMBER} already in use by another org.`);
});

test('fields are judged one by one, unknown ones refused by name', async () => {
  await fails(importNumber({ number: '4155550123' }), 400, [E164_HINT]);
  await fails(importNumber({ credentialId: 'nope' }), 400, ['credentialId must be a UUID']);
  await fails(importNumber({ name: 'x'.repeat(41) }), 400, ['name must be shorter than or equal to 40 characters']);
  const answer = await fetch(`${sim.url}/vapi/phone-number`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'telnyx', number: null, credentialId: CREDENTIAL, telnyxApiKey: 'KEY1' }),
  });
  assert.equal(answer.status, 400);
  assert.deepEqual((await answer.json()).message, ['property telnyxApiKey should not exist', E164_HINT]);
});

test('what Telnyx says of the number decides', async () => {
  await fails(importNumber({ number: '+14155550199' }), 400,
    "Couldn't Update Telnyx Number. Error: Request failed with status code 404");
  await sim.seed({ numbers: ['+14155550111'], status: 'purchase-pending' });
  await fails(importNumber({ number: '+14155550111' }), 400,
    "Couldn't Update Telnyx Number. Error: Request failed with status code 502");
  await sim.faults({ credentials: [{ id: CREDENTIAL, provider: 'telnyx', name: 't', telnyx_status: 401 }] });
  await fails(importNumber(), 400,
    "Couldn't Update Telnyx Number. Error: Request failed with status code 401");
  await sim.faults({ credentials: [] });
  await fails(importNumber(), 400, `Credential with ID ${CREDENTIAL} not found.`);
});

test('both lists show it, the paged one by search', async () => {
  await sim.seed({ numbers: ['+14155550124', '+12125550125'] });
  await importNumber({ name: 'first' });
  await importNumber({ number: '+14155550124', name: 'second' });
  await importNumber({ number: '+12125550125', name: 'third' });
  const all = await vapi.phoneNumbers.list({ limit: 2 });
  assert.deepEqual(all.map((n) => n.name), ['third', 'second']);
  const page = await vapi.phoneNumbers.phoneNumberControllerFindAllPaginated({ search: '+1415', page: 1, limit: 1 });
  assert.equal(page.metadata.totalItems, 2);
  assert.equal(page.metadata.hasNextPage, true);
  const exact = await vapi.phoneNumbers.phoneNumberControllerFindAllPaginated({ search: NUMBER });
  assert.deepEqual(exact.results.map((n) => n.number), [NUMBER]);
});

test('keys are refused with the two texts', async () => {
  await fails(client({ token: 'public' }).phoneNumbers.list(), 401, /^Invalid Key\. Hot tip, /);
  const answer = await fetch(`${sim.url}/vapi/phone-number`);
  assert.equal(answer.status, 401);
  assert.deepEqual(await answer.json(), { message: 'Missing Authorization Header.', error: 'Unauthorized', statusCode: 401 });
});

test('credentials are listed without their secrets', async () => {
  await sim.faults({ credentials: [{ id: CREDENTIAL, provider: 'telnyx', name: 't', apiKey: 'KEYsecret' }] });
  const answer = await fetch(`${sim.url}/vapi/credential`, { headers: { authorization: `Bearer ${KEY}` } });
  const list = await answer.json();
  assert.equal(list.length, 1);
  assert.equal(list[0].id, CREDENTIAL);
  assert.equal(list[0].apiKey, undefined);
});

test('a number is activating for a while, masked, or without a status', async () => {
  await sim.faults({ activation_ms: 60000, mask_numbers: true, extra_fields: true });
  const made = await importNumber();
  assert.equal(made.status, 'activating');
  assert.equal(made.number, NUMBER);
  const read = await vapi.phoneNumbers.get({ id: made.id });
  assert.equal(read.number, '+141****0123');
  await sim.advance(61000);
  assert.equal((await vapi.phoneNumbers.get({ id: made.id })).status, 'active');
  await sim.faults({ absent_status: true });
  assert.equal((await vapi.phoneNumbers.get({ id: made.id })).status, undefined);
});

test("the stock client's retry after a 500 that had imported meets the first import", async () => {
  await sim.faults({ rules: [{ match: 'POST /vapi/phone-number', at: 1, action: 'after_commit_status', status: 500 }] });
  await fails(client({ maxRetries: 1 }).phoneNumbers.create({ provider: 'telnyx', number: NUMBER, credentialId: CREDENTIAL }),
    400, /^Existing Phone Number /);
  assert.equal((await sim.ledger()).imports.length, 1);
});

test('assistants are made and listed', async () => {
  const made = await vapi.assistants.create({ name: 'front desk' });
  assert.equal((await vapi.assistants.list({ limit: 1 }))[0].id, made.id);
  assert.equal((await vapi.assistants.get({ id: made.id })).name, 'front desk');
});
