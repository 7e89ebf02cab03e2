/**
 * Sends seeded hostile requests to an exporter and fails if it crashes, answers 5xx other than 503, puts
 * a script into a page, or exposes metrics that no longer parse. Prints the answers by status and the
 * memory on the way.
 *
 *   npm run bench:hostile [-- --requests 100000 --seed 1]
 */
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { drawRequest, type HostileRequest, seededDraws } from './hostile-requests.js';
import { startServedExporter } from './served-exporter.js';
import { amount } from './smoke.js';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: String(amount(100_000, 500)) },
    seed: { type: 'string', default: '1' },
    smoke: { type: 'boolean' },
  },
});
const total = Number(values.requests);
const random = seededDraws(Number(values.seed));
const exporter = await startServedExporter(
  '[{ name: x, type: numeric }, { name: constructor, type: categorical }]',
);
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
if (problems.length > 0) process.exitCode = 1;
