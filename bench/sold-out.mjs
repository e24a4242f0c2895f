// sold-out.mjs - where the area code has no number left: how long until one is chosen, and which.
//
//   bench/run sold-out [COUNT]
//
// Runs beside a daemon and a simulator whose answers take LATENCY_MS. Beside numberd's own way, in the same
// run, the search that everybody writes: the area code, then any number of the country.

const count = Number(process.argv[2] ?? 20);
const { NUMBERD_URL, NUMBERD_SIM_URL, TELNYX_API_KEY } = process.env;
const PHONE = '+14153831234'; // Sausalito; 415 and its overlay 628 are sold out

const json = async (url, options) => (await fetch(url, options)).json();
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function naive() {
  const search = async (filter) => {
    const url = `${NUMBERD_SIM_URL}/v2/available_phone_numbers?filter[country_code]=US&filter[limit]=5${filter}`;
    const { data } = await json(url, { headers: { authorization: `Bearer ${TELNYX_API_KEY}` } });
    return data?.[0]?.phone_number;
  };
  const begun = performance.now();
  const number = (await search('&filter[national_destination_code]=415')) ?? (await search(''));
  return { ms: performance.now() - begun, number };
}

async function follow(id) {
  for (;;) {
    const signup = await json(`${NUMBERD_URL}/v1/signups/${id}`);
    if (['active', 'failed', 'needs_attention', 'needs_input'].includes(signup.status)) return signup;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function ours(i) {
  const body = { business_name: `Bench ${i}`, email: `b${i}@example.com`, business_phone: PHONE };
  const headers = { 'content-type': 'application/json' };
  const { id } = await json(`${NUMBERD_URL}/v1/signups`, { method: 'POST', headers, body: JSON.stringify(body) });
  const signup = await follow(id);
  if (signup.status !== 'active') throw new Error(JSON.stringify(signup));
  const { data } = await json(`${NUMBERD_URL}/v1/signups/${id}/timeline`);
  const chosen = data.find((event) => event.detail.startsWith('chose '));
  return { ms: new Date(chosen.at) - new Date(signup.created_at), number: signup.number, match: signup.match };
}

const places = (list) => [...new Set(list.map(({ number }) => number.slice(2, 5)))].slice(0, 6).join(' ');
const theirs = [];
const mine = [];
for (let i = 0; i < count; i++) {
  theirs.push(await naive());
  mine.push(await ours(i));
}
console.log(`area code, then any: ${Math.round(median(theirs.map((x) => x.ms)))} ms until a number is chosen, in ${places(theirs)}`);
console.log(`numberd, the first:  ${mine[0].ms} ms, ${mine[0].number.slice(2, 5)}, ${mine[0].match.distance_km} km (${mine[0].match.reason})`);
console.log(`numberd, from then:  ${median(mine.slice(1).map((x) => x.ms))} ms, in ${places(mine.slice(1))}`);
