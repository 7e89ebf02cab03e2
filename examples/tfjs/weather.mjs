import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** What was measured on a day; these are the features, in this order. */
export const measurements = ['temp_max', 'temp_min', 'precipitation', 'wind'];

/**
 * The weather of Seattle, day by day from 2012 to 2015: the measurements, and the maximum of the
 * day after, which is what the model foretells (°C). The last day has none and is left out.
 */
export function readDays() {
  const program = createRequire(import.meta.url).resolve('vega-datasets');
  const table = new URL('../data/seattle-weather.csv', pathToFileURL(program));
  const [header, ...lines] = readFileSync(table, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  const rows = lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(
      names.map((name, column) => [
        name,
        measurements.includes(name) ? Number(values[column]) : values[column],
      ]),
    );
  });
  return rows
    .slice(0, -1)
    .map((row, index) => ({ ...row, tomorrow: Number(rows[index + 1].temp_max) }));
}
