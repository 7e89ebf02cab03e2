import { readFile } from 'node:fs/promises';

/**
 * The report of a bird strike.
 *
 * @typedef {{ id: string, size: string, phase: string, speed: number | null }} Strike
 */

/**
 * The features that the rules read, and their valid values.
 *
 * @type {import('@modelmeter/core/settings').FeatureConfig[]}
 */
export const features = [
  { name: 'size', type: 'categorical', required: true, values: ['Small', 'Medium', 'Large'] },
  { name: 'phase', type: 'categorical', required: true },
  { name: 'speed', type: 'numeric', minimum: 0, maximum: 400 },
];

/**
 * Reads the 10 000 strikes of 1990 to 2002 in order of time, with the results of the inspections.
 */
export async function readStrikes() {
  const file = new URL('../data/birdstrikes.csv', import.meta.resolve('vega-datasets'));
  // No field of this file contains a comma or a quote.
  const [names, ...rows] = (await readFile(file, 'utf8'))
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return rows.map((fields, index) => {
    /** @param {string} name */
    const field = (name) => fields[names?.indexOf(name) ?? -1] ?? '';
    return {
      id: `strike-${index + 1}`,
      date: field('Flight Date'),
      size: field('Wildlife Size'),
      phase: field('Phase of flight'),
      speed: field('Speed IAS in knots') === '' ? null : Number(field('Speed IAS in knots')),
      damaged: field('Effect Amount of damage') !== 'None',
    };
  });
}
