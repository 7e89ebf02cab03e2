import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@modelmeter/config-file';
import { startExporter } from '@modelmeter/exporter';
import { pino } from 'pino';

/** Folder of the model and the reference of the demo, with a slash at its end. */
export const flights: string = fileURLToPath(
  new URL('demo/late-flights/', import.meta.resolve('@modelmeter/exporter/package.json')),
);

/**
 * Starts an exporter without logs that serves `late-flights`, the model of the demo, and takes the
 * predictions of `external`, a regression of `y`.
 *
 * @param features Features of `external`, as YAML.
 */
export async function startServedExporter(
  features: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
  const path = join(folder, 'config.yaml');
  await writeFile(
    path,
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
    features: ${features}
    outputs: { task: regression, value: y }
`,
  );
  const exporter = await startExporter({
    loaded: await loadConfig(path),
    log: pino({ level: 'silent' }),
  });
  return {
    url: exporter.url,
    async close() {
      await exporter.close();
      await rm(folder, { recursive: true });
    },
  };
}
