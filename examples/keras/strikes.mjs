import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** The features of the model, for the monitor. */
export const features = [
  { name: 'speed', type: 'numeric', minimum: 0 },
  { name: 'wildlife_size', type: 'categorical', values: ['Small', 'Medium', 'Large'] },
  { name: 'phase_of_flight', type: 'categorical' },
  { name: 'time_of_day', type: 'categorical', values: ['Dawn', 'Day', 'Dusk', 'Night'] },
];

export const outputs = { task: 'binary', score: 'probability', decisionThreshold: 0.25 };

/**
 * Bird strikes of US aircraft from 1990 to 2002, oldest first: when, the features, and whether
 * the aircraft was damaged, which is known only after an inspection.
 */
export function readStrikes() {
  const program = createRequire(import.meta.url).resolve('vega-datasets');
  const table = new URL('../data/birdstrikes.csv', pathToFileURL(program));
  const [header, ...lines] = readFileSync(table, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    // This table has no quoted values.
    const values = line.split(',');
    const value = (name) => values[names.indexOf(name)];
    const speed = value('Speed IAS in knots');
    return {
      date: value('Flight Date'),
      speed: speed === '' ? Number.NaN : Number(speed),
      wildlife_size: value('Wildlife Size'),
      phase_of_flight: value('Phase of flight'),
      time_of_day: value('Time of day'),
      damage: value('Effect Amount of damage') === 'None' ? 0 : 1,
    };
  });
}

/** The model was trained on what lies before this date. */
export const firstLaterDate = '1998-01-01';
