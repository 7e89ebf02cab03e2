import { readFileSync } from 'node:fs';

const bytes = readFileSync(new URL('./build/kuiper.wasm', import.meta.url));
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));

/**
 * Kuiper's statistic: like Kolmogorov and Smirnov's, but the same wherever a cycle is cut open. It
 * suits hours of the day, weekdays and angles.
 *
 * Source of the p-value: Stephens 1970, Journal of the Royal Statistical Society B 32(1).
 *
 * @type {import('@modelmeter/kernel/statistics').StatisticOn<'profile'>}
 */
const kuiper = {
  name: 'kuiper_statistic',
  appliesTo: ['numeric'],
  input: 'profile',
  compute(reference, current) {
    if (reference.count === 0 || current.count === 0) return { score: 0, pValue: 1 };
    const score = distance(reference, current);
    const rows = (reference.count * current.count) / (reference.count + current.count);
    return { score, pValue: survival(score * (Math.sqrt(rows) + 0.155 + 0.24 / Math.sqrt(rows))) };
  },
  levels: { investigate: 0.1, drift: 0.2 },
};

export default kuiper;

/** Writes the bins into the memory of the module and calls it. */
function distance(reference, current) {
  const bins = reference.counts.length;
  const missing = 16 * bins - exports.memory.buffer.byteLength;
  if (missing > 0) exports.memory.grow(Math.ceil(missing / 65_536));
  const memory = new Float64Array(exports.memory.buffer);
  memory.set(reference.counts, 0);
  memory.set(current.counts, bins);
  return exports.kuiper(bins, reference.count, current.count);
}

function survival(scaled) {
  // Below this the series has not begun to converge, and the probability is 1 to six digits.
  if (scaled < 0.4) return 1;
  let sum = 0;
  for (let term = 1; term <= 100; term += 1) {
    const square = 2 * (term * scaled) ** 2;
    sum += 2 * (2 * square - 1) * Math.exp(-square);
  }
  return Math.min(1, Math.max(0, sum));
}
