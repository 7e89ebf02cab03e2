import { requireSame } from '../restoring.js';
import type { IdQueue } from './id-queue.js';

/** The rows of a queue, the oldest first. */
export interface SavedIds<Value> {
  readonly columns: { readonly numbers: number; readonly values: number };
  readonly ids: readonly string[];
  readonly numbers: Float64Array;
  /** Where all values are numbers, with NaN for none, they take a tenth of the time to store. */
  readonly values: Float64Array | readonly (Value | undefined)[];
}

/** All rows of a queue. O(size). */
export function saveIds<Value>(queue: IdQueue<Value>): SavedIds<Value> {
  const { columns, oldest, size } = queue;
  const ids: string[] = [];
  const numbers = new Float64Array(size * columns.numbers);
  for (let row = 0; row < size; row += 1) {
    ids.push(queue.id(oldest + row));
    for (let column = 0; column < columns.numbers; column += 1) {
      numbers[row * columns.numbers + column] = queue.number(oldest + row, column);
    }
  }
  return { columns, ids, numbers, values: valuesOf(queue) };
}

function valuesOf<Value>({
  columns,
  oldest,
  size,
  value,
}: IdQueue<Value>): SavedIds<Value>['values'] {
  const numbers = new Float64Array(size * columns.values);
  const valueAt = (at: number): Value | undefined =>
    value(oldest + Math.floor(at / columns.values), at % columns.values);
  for (let at = 0; at < numbers.length; at += 1) {
    const one: unknown = valueAt(at);
    if (one !== undefined && typeof one !== 'number') {
      return Array.from({ length: numbers.length }, (_, index) => valueAt(index));
    }
    numbers[at] = one ?? Number.NaN;
  }
  return numbers;
}

/**
 * Replaces all rows of a queue. O(size).
 *
 * @throws CoreError STATE_MISMATCH when the saved rows have other columns.
 */
export function restoreIds<Value>(queue: IdQueue<Value>, saved: SavedIds<Value>): void {
  const { columns } = queue;
  requireSame('the columns of pending ids', saved.columns, columns);
  while (queue.size > 0) queue.removeOldest();
  for (const [row, id] of saved.ids.entries()) {
    const position = queue.add(id);
    for (let column = 0; column < columns.numbers; column += 1) {
      queue.setNumber(position, column, saved.numbers[row * columns.numbers + column]!);
    }
    for (let column = 0; column < columns.values; column += 1) {
      const value = saved.values[row * columns.values + column];
      const isNone = typeof value === 'number' && Number.isNaN(value);
      queue.setValue(position, column, isNone ? undefined : (value as Value | undefined));
    }
  }
}
