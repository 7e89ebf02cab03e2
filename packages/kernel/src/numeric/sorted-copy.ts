import type { NumericArray } from '../types.js';

/** Below this length the sort of the language beats the tables of a radix sort. */
export const fewValues = 96;

/** Below this length insertion beats the sort of the language. */
const insertionLength = 40;

/** Ascending values without NaN, zeros of one sign, sorted in plain TypeScript. */
export function sortedCopy(values: NumericArray): Float64Array {
  const copy = new Float64Array(values.length);
  let length = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]! + 0;
    if (!Number.isNaN(value)) copy[length++] = value;
  }
  const present = length === values.length ? copy : copy.slice(0, length);
  return length > insertionLength ? present.sort() : insert(present);
}

function insert(values: Float64Array): Float64Array {
  for (let index = 1; index < values.length; index += 1) {
    const value = values[index]!;
    let place = index;
    while (place > 0 && values[place - 1]! > value) {
      values[place] = values[place - 1]!;
      place -= 1;
    }
    values[place] = value;
  }
  return values;
}
