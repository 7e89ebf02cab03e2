import { KernelError } from '../errors.js';
import type { CodeArray, NumericArray } from '../types.js';
import { requireIntegerIn, requireNumberIn } from './number-arguments.js';

/** Most edges that every value is compared with at once; more need a lookup table. */
export const fewEdges = 16;

/** Most grid points of one column of a grid counter, and most bin edges of `countEdges`. */
export const maximumGridPoints = 16_384;

const maximumUniformBins = 65_536;
const maximumCardinality = 1_048_576;

/** Accepts both float arrays of any realm: test runners and vm contexts bring their own. */
function isNumericArray(value: unknown): value is NumericArray {
  if (value instanceof Float32Array || value instanceof Float64Array) return true;
  const tag = Object.prototype.toString.call(value);
  return tag === '[object Float32Array]' || tag === '[object Float64Array]';
}

export function requireNumericArray(place: string, value: unknown): asserts value is NumericArray {
  if (!isNumericArray(value)) {
    throw new KernelError('INVALID_ARGUMENT', {
      place,
      value,
      nextStep: 'pass a Float64Array or a Float32Array',
    });
  }
}

function requireFloat64Array(place: string, value: unknown): asserts value is Float64Array {
  if (!isNumericArray(value) || value.BYTES_PER_ELEMENT !== 8) {
    throw new KernelError('INVALID_ARGUMENT', { place, value, nextStep: 'pass a Float64Array' });
  }
}

/** Bin edges: 1 to 16384, finite, strictly ascending. */
export function requireEdges(place: string, edges: unknown): asserts edges is Float64Array {
  requireFloat64Array(place, edges);
  if (edges.length < 1 || edges.length > maximumGridPoints) {
    throw new KernelError('INVALID_GRID', {
      place: `${place}.length`,
      value: edges.length,
      nextStep: `pass 1 to ${maximumGridPoints} edges`,
    });
  }
  requireAscending(place, edges);
}

/** Equally spaced bins over a finite range. */
export function requireUniformBins(
  place: string,
  minimum: number,
  maximum: number,
  bins: number,
): void {
  requireNumberIn(`${place}(minimum)`, minimum, -Number.MAX_VALUE, Number.MAX_VALUE);
  requireNumberIn(`${place}(maximum)`, maximum, minimum, Number.MAX_VALUE);
  if (!Number.isFinite(maximum - minimum)) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: `${place}(maximum)`,
      value: maximum,
      nextStep: `pass a range below ${Number.MAX_VALUE}; the minimum is ${minimum}`,
    });
  }
  requireIntegerIn(`${place}(bins)`, bins, 1, maximumUniformBins);
}

const codeArrayTags: readonly string[] = [
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Uint16Array',
  'Uint32Array',
];

/** Accepts integer arrays of any realm. */
export function requireCodes(
  place: string,
  codes: unknown,
  cardinality: number,
): asserts codes is CodeArray {
  const tag = Object.prototype.toString.call(codes).slice('[object '.length, -1);
  if (!codeArrayTags.includes(tag)) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: `${place}(codes)`,
      value: codes,
      nextStep: 'pass an integer array such as Int32Array',
    });
  }
  requireIntegerIn(`${place}(cardinality)`, cardinality, 1, maximumCardinality);
}

/** Grids: one Float64Array per column, 0 to `maximumPoints` finite, strictly ascending points. */
export function requireGrids(
  place: string,
  grids: unknown,
  maximumPoints: number = maximumGridPoints,
): asserts grids is readonly Float64Array[] {
  if (!Array.isArray(grids)) {
    throw new KernelError('INVALID_ARGUMENT', {
      place,
      value: grids,
      nextStep: 'pass an array with one Float64Array per column',
    });
  }
  for (const [column, grid] of grids.entries()) {
    const gridPlace = `${place}[${column}]`;
    requireFloat64Array(gridPlace, grid);
    if (grid.length > maximumPoints) {
      throw new KernelError('INVALID_GRID', {
        place: `${gridPlace}.length`,
        value: grid.length,
        nextStep: `pass at most ${maximumPoints} points`,
      });
    }
    requireAscending(gridPlace, grid);
  }
}

/** Checked once per call of a row counter; its loops then index without asking. */
export function requireMatrix(
  data: unknown,
  rows: number,
  columns: number,
): asserts data is NumericArray {
  requireNumericArray('count(data)', data);
  if (!Number.isSafeInteger(rows) || rows < 0) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: 'count(rows)',
      value: rows,
      nextStep: 'pass a whole number of rows, 0 or more',
    });
  }
  if (data.length !== rows * columns) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: 'count(data).length',
      value: data.length,
      nextStep: `pass rows x columns = ${rows} x ${columns} = ${rows * columns} values, row-major`,
    });
  }
}

export function requireColumn(place: string, column: number, columns: number): void {
  if (!Number.isInteger(column) || column < 0 || column >= columns) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: `${place}(column)`,
      value: column,
      nextStep: columns === 0 ? 'there are no columns' : `pass 0 to ${columns - 1}`,
    });
  }
}

export function requireTarget(
  place: string,
  target: unknown,
  bins: number,
  layout: string,
): asserts target is Float64Array {
  requireFloat64Array(`${place}(target)`, target);
  if (target.length !== bins) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: `${place}(target).length`,
      value: target.length,
      nextStep: `pass ${bins} bins, ${layout}`,
    });
  }
}

function requireAscending(place: string, values: Float64Array): void {
  let previous = -Infinity;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    if (value > previous && value < Infinity) {
      previous = value;
      continue;
    }
    throw new KernelError('INVALID_GRID', {
      place: `${place}[${index}]`,
      value,
      nextStep: Number.isFinite(value)
        ? `pass strictly ascending values; the one before is ${previous}`
        : 'pass finite values',
    });
  }
}
