/**
 * Sends seeded hostile requests to an exporter and fails if it crashes, answers 5xx other than 503, puts
 * a script into a page, or exposes metrics that no longer parse. Prints the answers by status and the
 * memory on the way.
 *
 *   npm run bench:hostile [-- --requests 100000 --seed 1]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConfig } from '@modelmeter/config-file';
import { startExporter } from '@modelmeter/exporter';
import { pino } from 'pino';
import { drawRequest, type HostileRequest } from './hostile-requests.js';
import { amount } from './smoke.js';

/** Random draws that a seed repeats. */
export interface Random {
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
}

/** Source: mulberry32 of T. Ettinger, 2017. */
function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (values) => values[below(values.length)]!,
  };
}

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: String(amount(100_000, 500)) },
    seed: { type: 'string', default: '1' },
    smoke: { type: 'boolean' },
  },
});
const total = Number(values.requests);
const random = seeded(Number(values.seed));
const flights = fileURLToPath(
  new URL('demo/late-flights/', import.meta.resolve('@modelmeter/exporter/package.json')),
);
const folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
await writeFile(
  join(folder, 'config.yaml'),
  `
monitoring: { prometheus_port: 0 }
models:
  - name: late-flights
    type: onnx
    path: ${flights}model.onnx
    reference: ${flights}reference.json
    features:
      - { name: hour, type: numeric }
      - { name: weekday, type: numeric }
      - { name: distance, type: numeric }
      - { name: origin, type: categorical }
      - { name: destination, type: categorical }
      - { name: origin_delay, type: numeric }
      - { name: destination_delay, type: numeric }
    outputs: { task: binary, score: probability }
  - name: external
    type: external
    features: [{ name: x, type: numeric }, { name: constructor, type: categorical }]
    outputs: { task: regression, value: y }
`,
);
const exporter = await startExporter({
  loaded: await loadConfig(join(folder, 'config.yaml')),
  log: pino({ level: 'silent' }),
});
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

interface Sent {
  readonly status: number;
  readonly text: string;
}

function send({ method, path, headers, body }: HostileRequest): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const outgoing = request(exporter.url + path, { method, agent, headers }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const statuses = new Map<number | string, number>();
const problems: string[] = [];
const sample = /^[a-z_][a-z0-9_]*(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? \S+$/;

async function one(): Promise<void> {
  const drawn = drawRequest(random);
  const { status, text } = await send(drawn).catch((error: NodeJS.ErrnoException) => ({
    status: 0,
    text: String(error.code),
  }));
  const key = status === 0 ? text : status;
  statuses.set(key, (statuses.get(key) ?? 0) + 1);
  if (status >= 500 && status !== 503) {
    problems.push(`${JSON.stringify(drawn).slice(0, 600)}\n  ${text.slice(0, 300)}`);
  }
}

async function checkPages(): Promise<void> {
  const headers = {};
  const metrics = await send({ method: 'GET', path: '/metrics', headers });
  const broken = metrics.text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !sample.test(line));
  if (metrics.status !== 200 || broken.length > 0) {
    problems.push(`/metrics answers ${metrics.status}: ${broken.slice(0, 3).join(' | ')}`);
  }
  const page = await send({ method: 'GET', path: '/', headers });
  if (page.status !== 200 || page.text.includes('<script')) problems.push('a script on the page');
}

const start = performance.now();
const steps = 10;
for (let step = 1; step <= steps; step += 1) {
  let left = Math.round(total / steps);
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  await checkPages();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  console.log(
    `${String(Math.round((total * step) / steps)).padStart(7)} requests, heap ${(heapUsed / 1e6).toFixed(0)} MB, process ${(rss / 1e6).toFixed(0)} MB`,
  );
}
const seconds = (performance.now() - start) / 1000;
console.log(
  `${total} requests with seed ${values.seed} in ${seconds.toFixed(0)} s; answers by status:`,
);
for (const [status, count] of [...statuses].toSorted()) console.log(`  ${status}: ${count}`);
for (const problem of problems.slice(0, 20)) console.error(problem);
console.log(`${problems.length} problems`);
agent.destroy();
await exporter.close();
await rm(folder, { recursive: true });
if (problems.length > 0) process.exitCode = 1;
