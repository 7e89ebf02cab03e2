import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LoadedConfig, loadConfig } from '@modelmeter/config-file';
import { pino } from 'pino';
import { type Exporter, startExporter } from '../src/exporter.js';

/** Folder of the model and the reference of the demo, with a slash at its end. */
export const flights: string = fileURLToPath(new URL('../demo/late-flights/', import.meta.url));

/** An onnx model with a reference, and an external model without one. */
export const twoModels = `
models:
  - name: late-flights
    type: onnx
    path: ${flights}model.onnx
    reference: ${flights}reference.json
    features:
      - { name: hour, type: numeric, cycle: day }
      - { name: weekday, type: numeric, cycle: week }
      - { name: distance, type: numeric }
      - { name: origin, type: categorical }
      - { name: destination, type: categorical }
      - { name: origin_delay, type: numeric }
      - { name: destination_delay, type: numeric }
    outputs: { task: binary, score: probability }
  - name: prices
    type: external
    features:
      - { name: rooms, type: numeric }
      - { name: district, type: categorical }
    outputs: { task: regression, value: price }
`;

const rows = [
  ['hour', 'FP32', [17, 8]],
  ['weekday', 'FP32', [5, 2]],
  ['distance', 'FP32', [733, 200]],
  ['origin_delay', 'FP32', [48, null]],
  ['destination_delay', 'FP32', [35, 2]],
  ['origin', 'BYTES', ['ORD', 'KORD']],
  ['destination', 'BYTES', ['LGA', 'DEN']],
] as const;

/** An inference request for two flights: the second has a missing delay and an unseen origin. */
export const flightRequest = {
  inputs: rows.map(([name, datatype, data]) => ({ name, shape: [2, 1], datatype, data })),
};

/**
 * Writes a configuration into a folder of its own and loads it. The port is a free one unless the
 * text begins with `monitoring`.
 */
export async function loadText(text: string): Promise<LoadedConfig> {
  const folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
  const path = join(folder, 'config.yaml');
  const monitoring = text.startsWith('monitoring:') ? '' : 'monitoring: { prometheus_port: 0 }\n';
  await writeFile(path, monitoring + text);
  try {
    return await loadConfig(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Starts an exporter without logs. */
export async function startText(text: string): Promise<Exporter> {
  return startExporter({ loaded: await loadText(text), log: pino({ level: 'silent' }) });
}

/** Uses an exporter and closes it. */
export async function withExporter<Result>(
  text: string,
  use: (exporter: Exporter) => Promise<Result>,
): Promise<Result> {
  const exporter = await startText(text);
  try {
    return await use(exporter);
  } finally {
    await exporter.close();
  }
}

export interface JsonAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Record<string, unknown>;
}

/** Sends JSON, or text as it is, and reads JSON. */
export async function request(
  url: string,
  method: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : {
          headers: { 'content-type': contentType },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as Record<string, unknown>,
  };
}
