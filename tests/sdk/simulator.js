// Starts numberd-sim on a free port and ends it; and a tiny receiver of webhooks.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

function program() {
  const named = process.env.NUMBERD_SIM;
  const places = named ? [named] : ['release', 'debug'].map((v) => `${root}out/${v}/numberd-sim`);
  const found = places.find(existsSync);
  if (!found) throw new Error(`numberd-sim is not built (looked at ${places.join(', ')}); run make`);
  return found;
}

export async function startSimulator() {
  const child = spawn(program(), ['--listen', '127.0.0.1:0', '--seed', '7'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let line = '';
  for await (const part of child.stdout) {
    line += part;
    if (line.includes('\n')) break;
  }
  const url = /http:\/\/\S+/.exec(line)?.[0];
  if (!url) throw new Error(`numberd-sim did not say where it listens: ${line}`);
  const call = async (method, path, body) => {
    const answer = await fetch(url + path, { method, body: body && JSON.stringify(body) });
    const json = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`);
    return json;
  };
  return {
    url,
    faults: (document) => call('PUT', '/faults', document),
    reset: () => call('POST', '/reset'),
    advance: (ms) => call('POST', '/advance', { ms }),
    seed: (document) => call('POST', '/seed-numbers', document),
    ledger: () => call('GET', '/ledger'),
    publicKey: async () => (await call('GET', '/sim/public_key')).public_key,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await ended;
      return code;
    },
  };
}

// Every request that arrives, in order; next() waits for one.
export async function startReceiver(answerStatus = () => 200) {
  const arrived = [];
  const waiting = [];
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const hook = { headers: request.headers, body: Buffer.concat(parts).toString('utf8') };
      response.writeHead(answerStatus(hook)).end();
      if (waiting.length > 0) waiting.shift()(hook);
      else arrived.push(hook);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/hooks/telnyx`,
    next: () =>
      arrived.length > 0
        ? Promise.resolve(arrived.shift())
        : new Promise((resolve) => waiting.push(resolve)),
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
