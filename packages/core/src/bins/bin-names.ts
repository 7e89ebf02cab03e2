import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import { type FeatureBins, missingCategory } from './feature-bins.js';

const anyValue = 'any value';

/**
 * Names of the bins of a feature, `__missing__` last: categories, or `≤ 12`, `(12, 14]`, `> 14`.
 *
 * Where the lowest value of the reference has a bin of its own, the first ones are `< 0` and `= 0`.
 * Bounds have four significant digits, and more where two neighbours would read the same.
 */
export function binNames(profile: ColumnProfile, { edges, categories }: FeatureBins): string[] {
  if (profile.type === 'categorical') return [...categories, missingCategory];
  if (edges.length === 0) return [anyValue, missingCategory];
  // The first edge is then the next double below the lowest value, which is unreadable as a number.
  const isLowestAlone = edges[0]! < profile.grid[0]!;
  const bounds = boundTexts(isLowestAlone ? edges.subarray(1) : edges);
  const lowest = isLowestAlone ? [`< ${bounds[0]}`, `= ${bounds[0]}`] : [`≤ ${bounds[0]}`];
  const inner = bounds.slice(1).map((upper, index) => `(${bounds[index]}, ${upper}]`);
  return [...lowest, ...inner, `> ${bounds.at(-1)}`, missingCategory];
}

/** The bin of a numeric feature as the subject of a sentence. */
export function numericBinWords(name: string): string {
  if (name === anyValue) return 'Any value';
  if (name.startsWith('=')) return `The value${name.slice(1)}`;
  return name.startsWith('(') ? `Values in ${name}` : `Values ${name}`;
}

/** Every double is exact with this many significant digits. */
const mostDigits = 17;

function boundTexts(bounds: Float64Array): string[] {
  const texts = Array.from(bounds, (bound) => boundText(bound, 4));
  for (let digits = 5; digits <= mostDigits; digits += 1) {
    const same = texts.flatMap((text, index) =>
      text === texts[index - 1] || text === texts[index + 1] ? [index] : [],
    );
    if (same.length === 0) break;
    for (const index of same) texts[index] = boundText(bounds[index]!, digits);
  }
  return texts;
}

/** A bound as text; with an exponent where that is shorter for a large number. */
function boundText(bound: number, digits: number): string {
  const rounded = Number(bound.toPrecision(digits));
  const plain = String(rounded);
  if (Math.abs(rounded) < 1e6) return plain;
  const scientific = rounded.toExponential().replace('+', '');
  return scientific.length < plain.length ? scientific : plain;
}
