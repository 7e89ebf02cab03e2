import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import { type FeatureBins, missingCategory } from './feature-bins.js';

const anyValue = 'any value';

/**
 * Names of the bins of a feature, `__missing__` last: categories, or `≤ 12`, `(12, 14]`, `> 14`.
 *
 * A value with a bin of its own is `= 0`, between `< 0` or `(-3, 0)` and `(0, 5]`. Bounds have four
 * significant digits, and more where two neighbours would read the same.
 */
export function binNames(profile: ColumnProfile, { edges, categories }: FeatureBins): string[] {
  if (profile.type === 'categorical') return [...categories, missingCategory];
  if (edges.length === 0) return [anyValue, missingCategory];
  const points = new Set(profile.grid);
  // An edge that is not a grid point is the next double below one, which is unreadable as a number.
  const bounds = Array.from(edges, (edge) => ({
    value: points.has(edge) ? edge : profile.grid.find((point) => point > edge)!,
    isBelow: !points.has(edge),
  }));
  const values = [...new Set(bounds.map(({ value }) => value))];
  const texts = boundTexts(Float64Array.from(values));
  const named = bounds.map(({ value, isBelow }) => ({
    text: texts[values.indexOf(value)]!,
    isBelow,
  }));
  const first = named[0]!;
  const last = named.at(-1)!;
  const inner = named.slice(1).map((upper, index) => {
    const lower = named[index]!;
    if (lower.text === upper.text) return `= ${upper.text}`;
    return `${lower.isBelow ? '[' : '('}${lower.text}, ${upper.text}${upper.isBelow ? ')' : ']'}`;
  });
  return [
    `${first.isBelow ? '<' : '≤'} ${first.text}`,
    ...inner,
    `${last.isBelow ? '≥' : '>'} ${last.text}`,
    missingCategory,
  ];
}

/** The bin of a numeric feature as the subject of a sentence. */
export function numericBinWords(name: string): string {
  if (name === anyValue) return 'Any value';
  if (name.startsWith('=')) return `The value${name.slice(1)}`;
  return /^[([]/.test(name) ? `Values in ${name}` : `Values ${name}`;
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
