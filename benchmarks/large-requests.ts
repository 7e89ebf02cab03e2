/**
 * How long the event loop of the exporter waits while it answers the largest request of each kind that
 * its default limits accept, once the code is warm.
 *
 *   npm run bench:requests [-- --smoke]
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { flights, startServedExporter } from './served-exporter.js';
import { amount } from './smoke.js';

const numeric = Array.from({ length: 10 }, (_, feature) => `x${feature}`);

interface LargeRequest {
  readonly name: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: string | Buffer;
  readonly type?: string;
}

function prediction(row: number, round: number): object {
  return {
    model: 'external',
    id: `prediction-${round}-${row}`,
    features: Object.fromEntries(numeric.map((name, feature) => [name, (row * feature) % 17])),
    outputs: { y: row % 7 },
    duration_seconds: 0.01,
  };
}

function inference(rows: number): object {
  const input = (name: string, datatype: string, value: unknown): object => ({
    ...{ name, datatype, shape: [rows, 1] },
    data: Array(rows).fill(value),
  });
  return {
    inputs: [
      ...['hour', 'weekday', 'distance', 'origin_delay', 'destination_delay'].map((name) =>
        input(name, 'FP32', 7.25),
      ),
      ...['origin', 'destination'].map((name) => input(name, 'BYTES', 'ORD')),
    ],
  };
}

async function largestRequests(round: number): Promise<readonly LargeRequest[]> {
  const rows = Array.from({ length: amount(10_000, 100) }, (_, row) => row);
  const padded = rows.map((row) =>
    JSON.stringify(prediction(row, round)).padEnd(amount(1600, 400)),
  );
  const post = { method: 'POST' } as const;
  return [
    {
      ...post,
      name: `${rows.length} predictions of 10 features`,
      path: '/v1/predictions',
      body: `[${padded.join(',')}]`,
    },
    {
      ...post,
      name: 'the same once more, all duplicates',
      path: '/v1/predictions',
      body: `[${padded.join(',')}]`,
    },
    {
      ...post,
      name: `${rows.length} targets`,
      path: '/v1/targets',
      body: rows
        .map((row) =>
          JSON.stringify({
            model: 'external',
            prediction_id: `prediction-${round}-${row}`,
            target: 1,
          }),
        )
        .join('\n'),
      type: 'application/x-ndjson',
    },
    {
      ...post,
      name: `an inference of ${amount(1000, 10)} rows`,
      path: '/v2/models/late-flights/infer',
      body: JSON.stringify(inference(amount(1000, 10))),
    },
    {
      ...post,
      name: 'a refused inference of 1 MiB',
      path: '/v2/models/late-flights/infer',
      body: JSON.stringify({
        inputs: [
          {
            ...{ name: 'hour', datatype: 'FP32', shape: [1, 1] },
            data: Array(amount(524_000, 100)).fill(1),
          },
        ],
      }),
    },
    {
      ...post,
      name: `${amount(1000, 10)} alerts`,
      path: '/v1/alerts',
      body: JSON.stringify({
        alerts: Array.from({ length: amount(1000, 10) }, (_, alert) => ({
          status: 'firing',
          labels: { alertname: `Alert${alert}`, model_name: 'external' },
          annotations: { summary: 'x'.repeat(500) },
        })),
      }),
    },
    {
      name: 'a reference',
      method: 'PUT',
      path: '/v1/models/late-flights/reference',
      body: await readFile(join(flights, 'reference.json')),
    },
  ];
}

const exporter = await startServedExporter(
  `[${numeric.map((name) => `{ name: ${name}, type: numeric }`).join(', ')}]`,
);
const delay = monitorEventLoopDelay({ resolution: 1 });
console.log(
  'bytes, status and seconds of a request; p99 and maximum delay of the event loop in ms',
);
for (const round of [0, 1]) {
  for (const { name, method, path, body, type = 'application/json' } of await largestRequests(
    round,
  )) {
    const bytes = Uint8Array.from(Buffer.from(body));
    const workerData = { url: exporter.url + path, method, type, body: bytes };
    const client = new Worker(new URL('./large-requests-client.js', import.meta.url), {
      workerData,
    });
    await once(client, 'online');
    delay.enable();
    const start = performance.now();
    const [status] = await once(client, 'message');
    const seconds = (performance.now() - start) / 1000;
    await setTimeout(5);
    delay.disable();
    if (round > 0) {
      console.log(
        name.padEnd(40),
        String(bytes.length).padStart(9),
        String(status).padStart(4),
        seconds.toFixed(2).padStart(6),
        (delay.percentile(99) / 1e6).toFixed(1).padStart(8),
        (delay.max / 1e6).toFixed(1).padStart(8),
      );
    }
    delay.reset();
  }
}
await exporter.close();
