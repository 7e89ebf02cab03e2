import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConfig } from '@modelmeter/config-file';
import { buildReference, referenceToJson } from '@modelmeter/core';
import { readFlights } from '../flights.js';
import { createJourneyReader, WARM_UP_MS } from '../journey.js';

/** Profiles January, on which the model was trained, as the reference of the demo. */
const { values } = parseArgs({
  options: { config: { type: 'string' }, out: { type: 'string' } },
});
if (values.config === undefined || values.out === undefined) {
  process.stderr.write('node build-reference.js --config config.yaml --out reference.json\n');
  process.exit(2);
}
const { config } = await loadConfig(values.config);
const [model] = config.models;
const fromMs = Date.UTC(2001, 0, 1);
const flights = await readFlights({
  fromMs: fromMs - WARM_UP_MS,
  toMs: Date.UTC(2001, 1, 1),
});
const readJourney = createJourneyReader(flights);
const columns: Record<string, (string | number)[]> = {};
for (let row = 0; row < flights.rows; row += 1) {
  for (const [name, value] of Object.entries(readJourney(row).features)) {
    // The model takes single precision, so the reference counts single precision too.
    (columns[name] ??= []).push(typeof value === 'number' ? Math.fround(value) : value);
  }
}
const reference = buildReference({
  modelName: model!.name,
  modelVersion: model!.version,
  created: '2001-02-01T00:00:00.000Z',
  source: 'US flights of January 2001 (vega-datasets, flights-3m.parquet)',
  features: model!.features,
  columns,
});
await writeFile(values.out, `${JSON.stringify(referenceToJson(reference))}\n`);
process.stdout.write(
  `${fileURLToPath(new URL(values.out, `file://${process.cwd()}/`))}: ${reference.rows} rows, id ${reference.id}\n`,
);
