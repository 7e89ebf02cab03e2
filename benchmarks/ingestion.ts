/**
 * How many predictions of 10 features a second the exporter takes on one core, in batches of 1 000,
 * against a server that only parses the same bodies.
 *
 *   npm run bench:ingestion [-- --smoke]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startServedExporter } from './served-exporter.js';
import { amount } from './smoke.js';

const features = Array.from({ length: 10 }, (_, feature) => `x${feature}`);
const rows = 1000;
const seconds = amount(20, 1);

function batch(): string {
  const predictions = Array.from({ length: rows }, (_, row) => ({
    model: 'external',
    features: Object.fromEntries(
      features.map((name, feature) => [name, ((row * 7919 + feature * 104_729) % 10_007) / 100]),
    ),
    outputs: { y: row % 7 },
    duration_seconds: 0.01,
  }));
  return JSON.stringify(predictions);
}

interface Figures {
  /** Time of this process on a processor for one row, in µs. */
  readonly cpu: number;
  readonly p99: number;
  readonly statuses: Readonly<Record<string, number>>;
}

async function measure(url: string, length: number): Promise<Figures> {
  const client = fork(clientPath, [url, bodyPath, String(length)], { execArgv: [] });
  const before = process.cpuUsage();
  const [{ latencies, statuses }] = (await once(client, 'message')) as [
    { latencies: number[]; statuses: Record<string, number> },
  ];
  const { user, system } = process.cpuUsage(before);
  latencies.sort((one, other) => one - other);
  const taken = latencies.length * rows;
  return {
    cpu: (user + system) / taken,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    statuses,
  };
}

async function startParser(): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const parsed = JSON.parse((await buffer(request)).toString()) as unknown[];
    response.end(JSON.stringify({ accepted: parsed.length }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

const folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
const bodyPath = join(folder, 'batch.json');
await writeFile(bodyPath, batch());
const clientPath = fileURLToPath(new URL('./ingestion-client.js', import.meta.url));
const parser = await startParser();
const exporter = await startServedExporter(
  `[${features.map((name) => `{ name: ${name}, type: numeric }`).join(', ')}]`,
);
console.log('batches of 1 000 predictions of 10 features; rows a core-second, µs a row, p99 in ms');
const url = `${exporter.url}/v1/predictions`;
await measure(url, amount(5, 1));
const results: (readonly [string, Figures])[] = [
  ['only parsed', await measure(parser.url, seconds)],
  ['recorded by the exporter', await measure(url, seconds)],
];
for (const [name, { cpu, p99, statuses }] of results) {
  console.log(
    name.padEnd(26),
    Math.round(1e6 / cpu)
      .toLocaleString('en')
      .padStart(10),
    cpu.toFixed(2).padStart(8),
    p99.toFixed(1).padStart(8),
    `  ${JSON.stringify(statuses)}`,
  );
}
const [parsed, recorded] = results.map(([, figures]) => figures);
console.log(`recording costs ${(recorded!.cpu / parsed!.cpu).toFixed(1)} times what parsing does`);
parser.close();
await exporter.close();
await rm(folder, { recursive: true });
