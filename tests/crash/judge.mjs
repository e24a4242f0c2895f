// judge.mjs - what numberd says of its sign-ups against what the simulator's
// ledger says was sold: one number a sign-up at most, no orphan, no phantom, no
// second import, nothing acknowledged lost, one key one sign-up.

const HOLDING = ['active', 'needs_attention'];

// "nb1-INSTANCE-NAME-ATTEMPT": who an order was for.
function nameOf(reference) {
  return reference?.match(/^nb1-[a-z0-9]+-([a-z0-9]+)-\d+$/)?.[1];
}

function told(signups, number) {
  return JSON.stringify(signups.filter((one) => one.number === number));
}

function judgeKeys(batch, signups) {
  const byId = new Map(signups.map((one) => [one.id, one]));
  const owners = new Map();
  for (const [key, { ids }] of batch.asked) {
    if (ids.size !== 1) batch.wrong(`the key ${key} has ${ids.size} sign-ups: ${[...ids]}`);
    for (const id of ids) {
      if (!byId.has(id)) batch.wrong(`${id}, which was acknowledged, is lost`);
      if (owners.has(id)) batch.wrong(`${id} answers to the keys ${owners.get(id)} and ${key}`);
      owners.set(id, key);
    }
  }
  for (const { id } of signups) if (!owners.has(id)) batch.wrong(`${id} is nobody's wish`);
}

function judgePurchases(batch, ledger) {
  const numbers = new Map();
  for (const one of ledger.purchases.filter((p) => p.status !== 'failure')) {
    const name = nameOf(one.customer_reference);
    if (!name) batch.wrong(`${one.phone_number} was bought under the reference ${one.customer_reference}`);
    const before = numbers.get(name);
    if (before && before !== one.phone_number) batch.wrong(`one sign-up bought ${before} and ${one.phone_number}`);
    numbers.set(name, one.phone_number);
  }
}

function judgeNumbers(batch, signups, ledger) {
  const owned = new Map(ledger.owned.map((one) => [one.phone_number, one]));
  const imports = new Map();
  for (const one of ledger.imports) {
    if (imports.has(one.number)) batch.wrong(`${one.number} is imported twice`);
    imports.set(one.number, one);
  }
  const held = new Map();
  for (const one of signups.filter((s) => HOLDING.includes(s.status) && s.number)) {
    if (held.has(one.number)) batch.wrong(`${one.number} is held by ${held.get(one.number)} and ${one.id}`);
    held.set(one.number, one.id);
    if (one.status !== 'active') continue;
    if (!owned.has(one.number)) batch.wrong(`${one.id} is active, and ${one.number} is not ours`);
    if (!imports.has(one.number)) batch.wrong(`${one.id} is active, and ${one.number} is not imported`);
  }
  for (const one of owned.values())
    if (!one.seeded && !held.has(one.phone_number)) batch.wrong(`${one.phone_number} is an orphan: ${told(signups, one.phone_number)}`);
  for (const number of imports.keys()) if (!held.has(number)) batch.wrong(`the import of ${number} is an orphan`);
  for (const one of signups)
    if (one.status === 'released' && one.mode === 'buy' && owned.has(one.number))
      batch.wrong(`${one.id} is released, and ${one.number} is still ours`);
}

// A timeline is answered only when its chain of hashes holds.
async function judgeTimelines(batch, signups) {
  for (const { id } of signups) {
    const answer = await fetch(`${batch.world.url}/v1/signups/${id}/timeline`);
    const text = await answer.text();
    if (!answer.ok) batch.wrong(`the timeline of ${id}: ${answer.status} ${text}`);
  }
}

export async function judge(batch, signups) {
  const ledger = await batch.world.ledger();
  judgeKeys(batch, signups);
  judgePurchases(batch, ledger);
  judgeNumbers(batch, signups, ledger);
  await judgeTimelines(batch, signups);
}
