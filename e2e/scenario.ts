import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildReference, referenceToJson } from '@modelmeter/core';
import { stringify } from 'yaml';

/*
 * A scenario with known results. Calls are sent in identical blocks of fifty, one request per block,
 * so that a scrape never sees part of a block: ratios and quantiles are the same over any period.
 */

const root = new URL('../', import.meta.url).pathname;

/** Duration, number and outcome of the calls of a block; the first one fails. */
const callTimes = [
  { calls: 1, seconds: 0.08, fails: true },
  { calls: 1, seconds: 0.3, fails: false },
  { calls: 3, seconds: 0.08, fails: false },
  { calls: 45, seconds: 0.02, fails: false },
] as const;

const block = callTimes.flatMap(({ calls, ...call }) => Array.from({ length: calls }, () => call));

/** Positions in a block: calls with a target, the call without a size, and the one out of range. */
const withTarget = { from: 5, to: 45 };
const missingAt = 5;
const outOfRangeAt = 6;

/** Occurrences of each category in ten rows of the reference, and of the traffic. */
export const referenceOrigins = { AAA: 5, BBB: 3, CCC: 2 };
export const currentOrigins = { AAA: 2, BBB: 3, CCC: 5 };

/** The contents of one block and one tick. */
export const counts = {
  block: { calls: 50, failed: 1, slow: 1, succeeded: 49, targets: 40, missing: 1, outOfRange: 1 },
  /** Blocks per tick and process. */
  blocks: { a: 3, b: 1 },
  /** Outcomes of a block per process. */
  outcomes: { a: { tp: 18, fp: 2, tn: 18, fn: 2 }, b: { tp: 4, fp: 16, tn: 20, fn: 0 } },
  served: { calls: 2, rowsPerCall: 5 },
  firstVersion: 200,
  prices: 1200,
  species: { a: { right: 60, wrong: 20 }, b: { right: 80, wrong: 0 } },
  /** Duplicate targets, targets without a prediction, and rejected requests per tick. */
  astray: 1,
} as const;

/** Errors of the two halves of the prices. */
export const priceErrors = [10, 30] as const;

export const thresholds = {
  accuracy: 0.88,
  latencySeconds: 0.2,
  errorRate: 0.01,
  quality: 0.9,
  targets: 50,
};

const numericFeature = { name: 'size', type: 'numeric', maximum: 99 } as const;
const categoricalFeature = { name: 'origin', type: 'categorical' } as const;
const features = [numericFeature, categoricalFeature];

/** Writes the configuration of an exporter that listens on a free port; returns its path. */
export async function writeExporterConfiguration(folder: string, port: number): Promise<string> {
  const reference = join(folder, 'reference.json');
  await writeFile(reference, JSON.stringify(referenceToJson(referenceOf(4000))));
  const external = { type: 'external', version: '1', reference, features };
  const path = join(folder, `exporter-${port}.yaml`);
  await writeFile(
    path,
    stringify({
      monitoring: { host: '127.0.0.1', prometheus_port: port },
      drift_detection: { window_rows: 1000, segment: 'origin' },
      quality: { minimum_samples: thresholds.targets },
      alerts: {
        accuracy_threshold: thresholds.accuracy,
        latency_p99_ms: thresholds.latencySeconds * 1000,
        error_rate_threshold: thresholds.errorRate,
      },
      models: [
        { ...external, name: 'arrivals', outputs: { task: 'binary', score: 'probability' } },
        {
          ...external,
          name: 'arrivals',
          version: '2',
          outputs: { task: 'binary', score: 'probability' },
          objectives: { quality_objective: thresholds.quality },
        },
        {
          ...external,
          name: 'price',
          features: [
            {
              ...numericFeature,
              drift: {
                statistic: 'hellinger_distance',
                drift_threshold: 0.3,
                investigate_threshold: 0.2,
              },
            },
            categoricalFeature,
          ],
          outputs: { task: 'regression', value: 'price' },
        },
        {
          ...external,
          name: 'species',
          outputs: { task: 'multiclass', class: 'species', classes: ['cat', 'dog'] },
        },
        {
          name: 'late-flights',
          type: 'onnx',
          path: join(root, 'apps/exporter/demo/late-flights/model.onnx'),
          features: [
            ...servedNumbers.map((name) => ({ name, type: 'numeric' })),
            ...servedTexts.map((name) => ({ name, type: 'categorical' })),
          ],
          outputs: { task: 'binary', score: 'probability', decision_threshold: 0.45 },
        },
      ],
    }),
  );
  return path;
}

/** A reference of the features above; each number of rows gives a different one. */
export function referenceOf(rows: number): ReturnType<typeof buildReference> {
  const pattern = patternOf(referenceOrigins);
  const index = Array.from({ length: rows }, (_, row) => row);
  return buildReference({
    modelName: 'arrivals',
    modelVersion: '1',
    created: '2026-01-01T00:00:00.000Z',
    source: 'the scenario',
    features: [{ ...numericFeature }, { ...categoricalFeature }],
    columns: {
      // A hundred rows have no size, about the same ratio as in the traffic.
      size: index.map((row) => (row < 100 ? null : row % 100)),
      origin: index.map((row) => pattern[Math.floor(row / 100) % pattern.length]),
    },
    segment: 'origin',
  });
}

const servedNumbers = ['hour', 'weekday', 'distance', 'origin_delay', 'destination_delay'] as const;
const servedTexts = ['origin', 'destination'] as const;

/** Sends the calls of the scenario to the processes `a` and `b`, and counts the ticks. */
export interface Traffic {
  readonly ticks: number;
  /** Sends the bursts, which occur once. */
  sendOnce(): Promise<void>;
  /** Sends a tick every `everyMs` for `seconds`. */
  run(seconds: number, everyMs: number): Promise<void>;
}

export function createTraffic(urls: { readonly a: string; readonly b: string }): Traffic {
  const rowsSent = { a: 0, b: 0 };
  const pattern = patternOf(currentOrigins);
  let ticks = 0;

  async function sendBlocks(process: 'a' | 'b'): Promise<void> {
    for (let sent = 0; sent < counts.blocks[process]; sent += 1) {
      const ids = block.map((_, position) => `${process}-${ticks}-${sent}-${position}`);
      await post(
        urls[process],
        '/v1/predictions',
        block.map(({ seconds, fails }, position) => {
          const row = fails ? 0 : rowsSent[process]++;
          return {
            model: 'arrivals',
            version: '2',
            id: ids[position],
            features: { size: sizeOf(row, position), origin: pattern[row % pattern.length] },
            duration_seconds: seconds,
            ...(fails
              ? { error: 'runtime' }
              : { outputs: { probability: isPositive(position) ? 0.9 : 0.1 } }),
          };
        }),
      );
      const targets = ids.slice(withTarget.from, withTarget.to).map((id, index) => ({
        model: 'arrivals',
        version: '2',
        prediction_id: id,
        target: truthOf(process, index + withTarget.from),
      }));
      await sendTargets(urls[process], targets);
      if (process === 'a' && sent === 0) {
        await sendTargets(urls.a, targets.slice(0, counts.astray));
      }
    }
  }

  /** Three blocks to one process, one block to the other, and calls of the served model. */
  async function tick(): Promise<void> {
    await Promise.all([
      sendBlocks('a'),
      sendBlocks('b'),
      sendServed(urls.a),
      sendUnmatched(urls.a, ticks),
      sendRefused(urls.b),
    ]);
    ticks += 1;
  }

  return {
    get ticks() {
      return ticks;
    },
    async sendOnce() {
      await sendFirstVersion(urls.b);
      await sendPrices(urls.a);
      await Promise.all([
        sendSpecies(urls.a, counts.species.a),
        sendSpecies(urls.b, counts.species.b),
      ]);
    },
    async run(seconds, everyMs) {
      const startMs = performance.now();
      for (let next = 0; next < (seconds * 1000) / everyMs; next += 1) {
        await sleep(Math.max(0, startMs + next * everyMs - performance.now()));
        await tick();
      }
    },
  };
}

async function sendTargets(url: string, targets: readonly object[]): Promise<void> {
  await post(url, '/v1/targets', targets);
}

/** Targets with unknown prediction ids. */
async function sendUnmatched(url: string, tick: number): Promise<void> {
  const targets = Array.from({ length: counts.astray }, (_, index) => ({
    model: 'arrivals',
    version: '2',
    prediction_id: `never-${tick}-${index}`,
    target: true,
  }));
  await post(url, '/v1/targets', targets, 422);
}

/** Predictions with a text in place of a number. */
async function sendRefused(url: string): Promise<void> {
  for (let sent = 0; sent < counts.astray; sent += 1) {
    const prediction = { model: 'arrivals', features: { size: 'large' }, duration_seconds: 1 };
    await post(url, '/v1/predictions', prediction, 422);
  }
}

async function sendFirstVersion(url: string): Promise<void> {
  const rows = Array.from({ length: counts.firstVersion }, (_, row) => ({
    model: 'arrivals',
    version: '1',
    features: { size: row % 100, origin: 'AAA' },
    outputs: { probability: 0.1 },
    duration_seconds: 0.004,
  }));
  await post(url, '/v1/predictions', rows);
}

/** Prices with the sizes and origins of the reference. */
async function sendPrices(url: string): Promise<void> {
  const pattern = patternOf(referenceOrigins);
  const rows = Array.from({ length: counts.prices }, (_, row) => ({
    model: 'price',
    id: `price-${row}`,
    features: {
      size: row < 30 ? null : row % 100,
      origin: pattern[row % pattern.length],
    },
    outputs: { price: 100 },
    duration_seconds: 0.004,
  }));
  await post(url, '/v1/predictions', rows);
  const targets = rows.map(({ id }, row) => ({
    model: 'price',
    prediction_id: id,
    target: 100 + priceErrors[row % 2]!,
  }));
  await post(url, '/v1/targets', targets);
}

/** Cats that are all predicted as cats, and dogs of which some are. */
async function sendSpecies(
  url: string,
  { right, wrong }: { right: number; wrong: number },
): Promise<void> {
  const rows = Array.from({ length: 2 * right + wrong }, (_, row) => ({
    model: 'species',
    id: `species-${row}`,
    features: { size: row % 100, origin: 'AAA' },
    outputs: { species: row < right + wrong ? 'cat' : 'dog' },
    duration_seconds: 0.004,
  }));
  await post(url, '/v1/predictions', rows);
  const targets = rows.map(({ id }, row) => ({
    model: 'species',
    prediction_id: id,
    target: row < right ? 'cat' : 'dog',
  }));
  await post(url, '/v1/targets', targets);
}

async function sendServed(url: string): Promise<void> {
  const { calls, rowsPerCall } = counts.served;
  const shape = [rowsPerCall, 1];
  const inputs = [
    ...servedNumbers.map((name) => ({
      name,
      shape,
      datatype: 'FP32',
      data: Array.from({ length: rowsPerCall }, (_, row) => row + 1),
    })),
    ...servedTexts.map((name) => ({
      name,
      shape,
      datatype: 'BYTES',
      data: Array.from({ length: rowsPerCall }, () => 'ORD'),
    })),
  ];
  for (let sent = 0; sent < calls; sent += 1) {
    await post(url, '/v2/models/late-flights/infer', { inputs });
  }
}

function sizeOf(row: number, position: number): number | null {
  if (position === missingAt) return null;
  return position === outOfRangeAt ? 150 : row % 100;
}

function isPositive(position: number): boolean {
  return position % 2 === 0;
}

/** The target of a call: it differs from the prediction for four of forty in `a`, and for sixteen negatives in `b`. */
function truthOf(process: 'a' | 'b', position: number): boolean {
  const differs =
    process === 'a' ? position < 9 : isPositive(position) && position >= 6 && position <= 36;
  return isPositive(position) !== differs;
}

function patternOf(origins: Readonly<Record<string, number>>): string[] {
  return Object.entries(origins).flatMap(([name, times]) =>
    Array.from({ length: times }, () => name),
  );
}

async function post(url: string, path: string, body: unknown, expected = 200): Promise<void> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== expected) {
    throw new Error(`POST ${path} answered ${response.status}: ${text}`);
  }
}
