import { readFile } from 'node:fs/promises';

/**
 * A bird that struck an aircraft, as it was reported on the day.
 *
 * @typedef {{ id: string, size: string, phase: string, speed: number | null }} Strike
 */

/**
 * What the rules read, and which values a report may have.
 *
 * @type {import('@modelmeter/core/settings').FeatureConfig[]}
 */
export const features = [
  { name: 'size', type: 'categorical', required: true, values: ['Small', 'Medium', 'Large'] },
  { name: 'phase', type: 'categorical', required: true },
  { name: 'speed', type: 'numeric', minimum: 0, maximum: 400 },
];

/**
 * The 10 000 strikes of the years 1990 to 2002, in order of time, and what the inspections found.
 */
export async function readStrikes() {
  const file = new URL('../data/birdstrikes.csv', import.meta.resolve('vega-datasets'));
  // No cell of this file holds a comma or a quote.
  const [names, ...rows] = (await readFile(file, 'utf8'))
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return rows.map((cells, index) => {
    /** @param {string} name */
    const cell = (name) => cells[names?.indexOf(name) ?? -1] ?? '';
    return {
      id: `strike-${index + 1}`,
      date: cell('Flight Date'),
      size: cell('Wildlife Size'),
      phase: cell('Phase of flight'),
      speed: cell('Speed IAS in knots') === '' ? null : Number(cell('Speed IAS in knots')),
      damaged: cell('Effect Amount of damage') !== 'None',
    };
  });
}
