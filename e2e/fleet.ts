import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildReference, type Reference, referenceToJson } from '@modelmeter/core';
import { freePort, getJson, type Program, startProgram, waitFor } from './servers.js';

const root = new URL('../', import.meta.url).pathname;

export const modelName = 'prices';
export const windowSeconds = 40;
export const scrapeSeconds = 1;
const sendEveryMs = 100;

/** A row that is sent; null is missing. */
export interface Row {
  readonly size: number | null;
  readonly delay: number;
  readonly place: string | null;
}

export interface SentRow extends Row {
  readonly replica: string;
  readonly timeMs: number;
}

export const features = [
  { name: 'size', type: 'numeric' },
  { name: 'delay', type: 'numeric' },
  { name: 'place', type: 'categorical' },
] as const;

/** Numbers in [0, 1), the same in every run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Random rows with sizes around `shift`. A shifted source has one place too often and some unknown
 * places.
 */
export function rowSource(seed: number, shift: number): () => Row {
  const random = seeded(seed);
  const placeOf = (): string => {
    const hasMoved = shift > 0 && random() < 0.4;
    if (hasMoved) return random() < 0.02 ? 'nowhere' : 'place 7';
    return `place ${Math.floor(8 * random() ** 2)}`;
  };
  return () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return {
      size: random() < 0.02 ? null : Number((normal + shift).toFixed(4)),
      delay: Math.floor(-20 * Math.log(1 - random())),
      place: random() < 0.01 ? null : placeOf(),
    };
  };
}

export function referenceOf(rows: readonly Row[], source: string): Reference {
  return buildReference({
    modelName,
    modelVersion: '1',
    created: '2026-01-01T00:00:00.000Z',
    source,
    features,
    columns: {
      size: rows.map(({ size }) => size),
      delay: rows.map(({ delay }) => delay),
      place: rows.map(({ place }) => place),
    },
  });
}

/** Writes the configuration of an exporter and returns its path. */
export async function writeConfiguration(
  folder: string,
  name: string,
  options: { readonly port: number; readonly reference: Reference; readonly drift: object },
): Promise<string> {
  const referencePath = join(folder, `${name}-reference.json`);
  await writeFile(referencePath, JSON.stringify(referenceToJson(options.reference)));
  const path = join(folder, `${name}.yaml`);
  const config = {
    monitoring: { prometheus_port: options.port },
    drift_detection: { window: `${windowSeconds}s`, ...options.drift },
    models: [
      {
        name: modelName,
        type: 'external',
        reference: referencePath,
        features,
        outputs: { task: 'regression', value: 'price' },
      },
    ],
  };
  // JSON is YAML.
  await writeFile(path, JSON.stringify(config));
  return path;
}

/** A replica: an exporter in a separate process, and a sender of rows. */
export interface Replica {
  readonly name: string;
  readonly port: number;
  restart(): Promise<void>;
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export async function startReplica(
  folder: string,
  options: {
    readonly name: string;
    readonly reference: Reference;
    readonly rowsPerSecond: number;
    readonly next: () => Row;
    /** Called for every row that the replica has accepted. */
    readonly onSent: (row: SentRow) => void;
  },
): Promise<Replica> {
  const { name, next, onSent } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = await writeConfiguration(folder, name, {
    port,
    reference: options.reference,
    drift: { source: 'none' },
  });
  let isStopped = false;
  let program: Program = await start();
  const sending = send();

  async function start(): Promise<Program> {
    const started = startProgram('node', [
      join(root, 'apps/exporter/dist/bin.js'),
      ...['--config', config],
    ]);
    await waitFor(`replica ${name}`, () => getJson(`${url}/readyz`), {
      timeoutMs: 120_000,
      everyMs: 50,
      program: started,
    });
    return started;
  }

  async function send(): Promise<void> {
    let owed = 0;
    let lastMs = Date.now();
    while (!isStopped) {
      await sleep(sendEveryMs);
      const timeMs = Date.now();
      owed += ((timeMs - lastMs) * options.rowsPerSecond) / 1000;
      lastMs = timeMs;
      const rows = Array.from({ length: Math.floor(owed) }, next);
      owed -= rows.length;
      if (rows.length === 0) continue;
      const body = rows.map((row) =>
        JSON.stringify({
          model: modelName,
          features: row,
          outputs: { price: 1 },
          duration_seconds: 0.001,
        }),
      );
      const isTaken = await fetch(`${url}/v1/predictions`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: body.join('\n'),
      }).then(
        (response) => response.ok,
        () => false,
      );
      if (isTaken) for (const row of rows) onSent({ ...row, replica: name, timeMs });
    }
  }

  return {
    name,
    port,
    async restart() {
      await program.stop();
      program = await start();
    },
    async metrics() {
      return (await fetch(`${url}/metrics`)).text();
    },
    async stop() {
      isStopped = true;
      await sending;
      await program.stop();
    },
  };
}
