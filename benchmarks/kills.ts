/**
 * Kills the exporter at random moments while clients send predictions and targets, and compares what it
 * has counted after the last start with what it has acknowledged.
 *
 *   npm run bench:kills [-- --smoke]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { amount } from './smoke.js';

const kills = amount(200, 3);
const clients = 4;
const rowsPerBody = 5;
const longestLifeMs = 600;

const folder = await mkdtemp(join(tmpdir(), 'modelmeter-kills-'));
const configPath = join(folder, 'config.yaml');
await writeFile(
  configPath,
  `
monitoring: { prometheus_port: 0, gpu: off }
state: { path: state }
models:
  - name: prices
    type: external
    features: [{ name: rooms, type: numeric }]
    outputs: { task: regression, value: price }
`,
);
const command = join(
  dirname(fileURLToPath(import.meta.resolve('@modelmeter/exporter/package.json'))),
  'bin/modelmeter-exporter.js',
);

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

async function start(): Promise<Running> {
  const child = spawn(process.execPath, [command, '--config', configPath], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const { msg, url } = JSON.parse(line) as { msg: string; url: string };
    if (msg !== 'ready') continue;
    child.stderr.resume();
    return { child, url };
  }
  throw new Error('The exporter ended before it was ready; run it by hand to see why.');
}

/** Posts rows as JSON; undefined when the connection breaks. */
async function post(url: string, rows: readonly object[]): Promise<Response | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rows),
    });
    await response.arrayBuffer();
    return response;
  } catch {
    return undefined;
  }
}

function predictionsOf(ids: Iterable<string>): object[] {
  return Array.from(ids, (id) => ({
    ...{ model: 'prices', id, features: { rooms: 3 }, outputs: { price: 1 } },
    duration_seconds: 0.001,
  }));
}

function targetsOf(ids: Iterable<string>): object[] {
  return Array.from(ids, (id) => ({ model: 'prices', prediction_id: id, target: 1 }));
}

/** Ids that were acknowledged with 200, and those whose answer never came. */
const acknowledged = { predictions: new Set<string>(), targets: new Set<string>() };
const unanswered = new Set<string>();
let sent = 0;

/** Sends predictions and then their targets, until the exporter is gone. */
async function load({ url }: Running): Promise<void> {
  while (true) {
    const ids = Array.from({ length: rowsPerBody }, () => `p${(sent += 1)}`);
    const predicted = await post(`${url}/v1/predictions`, predictionsOf(ids));
    if (predicted?.status !== 200) {
      for (const id of ids) unanswered.add(id);
      return;
    }
    for (const id of ids) acknowledged.predictions.add(id);
    const recorded = await post(`${url}/v1/targets`, targetsOf(ids));
    if (recorded?.status !== 200) return;
    for (const id of ids) acknowledged.targets.add(id);
  }
}

async function counted(url: string, metric: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Sends rows again in bodies; returns how many of them were known. */
async function countKnown(url: string, rows: readonly object[]): Promise<number> {
  let known = 0;
  for (let from = 0; from < rows.length; from += 1000) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rows.slice(from, from + 1000)),
    });
    known += ((await response.json()) as { duplicate: number }).duplicate;
  }
  return known;
}

for (let kill = 0; kill < kills; kill += 1) {
  const running = await start();
  const loads = Array.from({ length: clients }, () => load(running));
  await sleep(Math.random() * longestLifeMs);
  running.child.kill('SIGKILL');
  await Promise.all([once(running.child, 'exit'), ...loads]);
}
const last = await start();
const rows = await counted(last.url, 'model_prediction_samples_total');
const kept = await countKnown(
  `${last.url}/v1/predictions`,
  predictionsOf(acknowledged.predictions),
);
const keptUnanswered = await countKnown(`${last.url}/v1/predictions`, predictionsOf(unanswered));
const keptTargets = await countKnown(`${last.url}/v1/targets`, targetsOf(acknowledged.targets));
const lost = acknowledged.predictions.size - kept;
const lostTargets = acknowledged.targets.size - keptTargets;
// What was never answered may be there or not; more rows than that were counted twice.
const twice = rows - kept - keptUnanswered;
console.log(`${kills} kills, ${clients} clients, ${rowsPerBody} rows in a body`);
console.log('            acknowledged     lost    twice');
const line = (name: string, ...figures: readonly number[]): void =>
  console.log(name.padEnd(12), ...figures.map((figure) => String(figure).padStart(9)));
line('predictions', acknowledged.predictions.size, lost, twice);
line('targets', acknowledged.targets.size, lostTargets);
console.log(`${keptUnanswered} of ${unanswered.size} rows without an answer are counted`);
last.child.kill('SIGTERM');
await once(last.child, 'exit');
await rm(folder, { recursive: true });
if (lost !== 0 || twice !== 0 || lostTargets !== 0) process.exitCode = 1;
