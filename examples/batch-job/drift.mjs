import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  binCounts,
  categoricalProfile,
  numericProfile,
  quantileBins,
} from '@modelmeter/kernel/profiles';
import {
  benjaminiHochberg,
  chiSquareContingency,
  ksFromBins,
  ksTwoSamplePValue,
  poolRareBins,
  populationStabilityIndex,
  psiEffect,
} from '@modelmeter/kernel/statistics';

/**
 * @typedef {{ date: string, delay: number, distance: number, origin: string }} Flight
 * @typedef {import('@modelmeter/kernel/statistics').Effect} Effect
 * @typedef {{ name: string, psi: number, size: Effect, test: string, pValue: number }} Comparison
 */

/** @type {Record<string, (flight: Flight) => number>} */
const numbers = {
  hour: ({ date }) => Number(date.slice(11, 13)),
  distance: ({ distance }) => distance,
  delay: ({ delay }) => delay,
};
/** @type {Record<string, (flight: Flight) => string>} */
const categories = { origin: ({ origin }) => origin };

const { values: options } = parseArgs({
  options: {
    reference: { type: 'string', default: '2001/01' },
    current: { type: 'string', default: '2001/02/16' },
    out: { type: 'string', default: 'drift.json' },
  },
});
const flights = await readFlights();
const reference = flightsOf('reference');
const current = flightsOf('current');

const columns = decide([
  ...Object.entries(numbers).map(([name, read]) => compareNumbers(name, read)),
  ...Object.entries(categories).map(([name, read]) => compareCategories(name, read)),
]);
const report = {
  reference: { date: options.reference, rows: reference.length },
  current: { date: options.current, rows: current.length },
  columns,
};
await writeFile(options.out, `${JSON.stringify(report, null, 2)}\n`);
for (const { name, psi, size, test, adjustedPValue, state } of columns) {
  const [estimate, low, high] = [size.estimate, size.low, size.high].map((one) => one.toFixed(3));
  console.log(
    `${name.padEnd(8)}  PSI ${psi.toFixed(3)}, without chance ${estimate} (${low} to ${high})  ` +
      `${test.padEnd(4)} p ${adjustedPValue.toPrecision(2).padEnd(7)}  ${state}`,
  );
}

/** @returns {Promise<Flight[]>} */
async function readFlights() {
  const file = new URL('../data/flights-20k.json', import.meta.resolve('vega-datasets'));
  return JSON.parse(await readFile(file, 'utf8'));
}

/** @param {'reference' | 'current'} sample */
function flightsOf(sample) {
  const chosen = flights.filter(({ date }) => date.startsWith(options[sample]));
  if (chosen.length > 0) return chosen;
  console.error(
    `--${sample} ${options[sample]}: no flight has this date; give a month or a day from 2001/01/01 to 2001/03/31`,
  );
  process.exit(2);
}

/**
 * The reference is read as a profile: its values on a grid. The current values are counted on the
 * same grid, and everything else follows from the counts.
 *
 * @param {string} name
 * @param {(flight: Flight) => number} read
 * @returns {Comparison}
 */
function compareNumbers(name, read) {
  const before = numericProfile(Float64Array.from(reference, read));
  const now = numericProfile(Float64Array.from(current, read), { grid: before.grid });
  const edges = quantileBins(before, 10);
  const bins = [before, now].map(({ grid, counts, missing }) => [
    ...binCounts(grid, counts, edges),
    missing,
  ]);
  const { statistic, n, m } = ksFromBins(before.counts, now.counts);
  return {
    name,
    ...stability(poolRareBins(bins[0] ?? [], bins[1] ?? [])),
    test: 'ks',
    pValue: ksTwoSamplePValue(statistic, n, m),
  };
}

/**
 * @param {string} name
 * @param {(flight: Flight) => string} read
 * @returns {Comparison}
 */
function compareCategories(name, read) {
  const before = categoricalProfile(reference.map(read));
  const now = categoricalProfile(current.map(read), { categories: before.categories });
  const pooled = poolRareBins(
    [...before.counts, before.other, before.missing],
    [...now.counts, now.other, now.missing],
  );
  return {
    name,
    ...stability(pooled),
    test: 'chi2',
    pValue: chiSquareContingency(pooled.reference, pooled.current).pValue,
  };
}

/** @param {import('@modelmeter/kernel/statistics').PooledBins} pooled */
function stability(pooled) {
  return {
    psi: populationStabilityIndex(pooled.reference, pooled.current),
    size: psiEffect(pooled.reference, pooled.current),
  };
}

/**
 * Drift is a shift that is both too big to be noise, looked for in all columns at once, and big
 * enough to matter. What is neither too big to be noise nor known to be small is undecided.
 *
 * @param {Comparison[]} comparisons
 */
function decide(comparisons) {
  const adjusted = benjaminiHochberg(comparisons.map(({ pValue }) => pValue));
  return comparisons.map((comparison, index) => {
    const adjustedPValue = adjusted[index] ?? 1;
    const { estimate, high } = comparison.size;
    if (high < 0.1) return { ...comparison, adjustedPValue, state: 'ok' };
    const found = estimate < 0.25 ? 'investigate' : 'drift';
    const state = adjustedPValue < 0.05 ? found : 'undecided';
    return { ...comparison, adjustedPValue, state };
  });
}
