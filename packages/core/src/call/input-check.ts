import { createCategoryCodes } from '../categories.js';
import { CoreError } from '../errors.js';
import { type FeatureBlock, numberOf, type TensorData } from '../prediction.js';
import type { FeatureConfig } from '../settings/features.js';
import type { InvalidReason } from '../vocabulary.js';

/** Compares inputs with the declarations of the features. */
export interface InputCheck {
  /** Reports every value that does not fit. O(rows) per feature that can have one, otherwise O(1). */
  count(
    blocks: readonly FeatureBlock[],
    rows: number,
    found: (feature: string, reason: InvalidReason) => void,
  ): void;
  /** @throws CoreError INPUT_INVALID that names the first value that does not fit. */
  requireValid(blocks: readonly FeatureBlock[], rows: number): void;
}

interface Column {
  readonly index: number;
  readonly feature: FeatureConfig;
  /** The code of a declared category. */
  readonly codeOf: ((value: unknown) => number) | undefined;
  readonly hasLimits: boolean;
}

/** The check of a model's declared features; other columns are ignored. */
export function createInputCheck(features: readonly FeatureConfig[]): InputCheck {
  const columns: readonly Column[] = features.map((feature, index) => ({
    index,
    feature,
    codeOf: feature.values === undefined ? undefined : createCategoryCodes(feature.values),
    hasLimits: feature.minimum !== undefined || feature.maximum !== undefined,
  }));

  const required = columns.filter(({ feature }) => feature.required);
  // Values of a typed array are numbers, so only features with further limits are checked there.
  const limited = columns.filter(
    ({ feature, hasLimits, codeOf }) => feature.required || hasLimits || codeOf !== undefined,
  );
  const positions = new WeakMap<readonly string[], readonly number[]>();

  /** The position of each feature in a block; -1 if it is not there. */
  function positionsOf(names: readonly string[]): readonly number[] {
    let found = positions.get(names);
    if (found === undefined) {
      const byName = new Map(names.map((name, position) => [name, position]));
      found = features.map(({ name }) => byName.get(name) ?? -1);
      positions.set(names, found);
    }
    return found;
  }

  /** Calls `found` for every value that does not fit, until it returns true. */
  function visit(
    blocks: readonly FeatureBlock[],
    rows: number,
    found: (
      column: Column,
      row: number,
      value: TensorData[number],
      reason: InvalidReason,
    ) => boolean,
  ): void {
    for (const { names, data } of blocks) {
      const checked = ArrayBuffer.isView(data) ? limited : columns;
      if (checked.length === 0) continue;
      const positions = positionsOf(names);
      for (const column of checked) {
        const position = positions[column.index]!;
        if (position === -1) continue;
        for (let row = 0; row < rows; row += 1) {
          const value = data[row * names.length + position];
          const reason = reasonAgainst(column, value);
          if (reason !== undefined && found(column, row, value, reason)) return;
        }
      }
    }
    for (const column of required) {
      if (blocks.some(({ names }) => positionsOf(names)[column.index] !== -1)) continue;
      for (let row = 0; row < rows; row += 1) {
        if (found(column, row, undefined, 'missing')) return;
      }
    }
  }

  return {
    count(blocks, rows, found) {
      visit(blocks, rows, ({ feature }, _row, _value, reason) => {
        found(feature.name, reason);
        return false;
      });
    },
    requireValid(blocks, rows) {
      visit(blocks, rows, ({ feature }, row, value) => {
        throw invalidInput(feature, row, value);
      });
    },
  };
}

function reasonAgainst(
  { feature, codeOf }: Column,
  value: TensorData[number],
): InvalidReason | undefined {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return feature.required ? 'missing' : undefined;
  }
  if (feature.type === 'categorical') {
    if (typeof value === 'object' || typeof value === 'function') return 'type';
    // Such a number has lost digits that tell categories apart.
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) return 'type';
    return codeOf === undefined || codeOf(value) >= 0 ? undefined : 'category';
  }
  const number = numberOf(value);
  if (number === undefined) return 'type';
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = feature;
  return number < minimum || number > maximum ? 'range' : undefined;
}

function invalidInput(feature: FeatureConfig, row: number, value: unknown): CoreError {
  const message = `is ${describeValue(value)} in row ${row}; it must be ${expectation(feature)}`;
  return new CoreError(
    'INPUT_INVALID',
    `Feature "${feature.name}" ${message}. Correct the input, or set validation to "count" to accept it.`,
    { problems: [{ path: `${feature.name}[${row}]`, message }] },
  );
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (value === undefined || value === null || Number.isNaN(value)) return 'missing';
  return typeof value === 'object' ? 'an object' : String(value);
}

/** The valid values of a feature, in words. */
function expectation({ type, minimum, maximum, values, required }: FeatureConfig): string {
  const orMissing = required ? '' : ', or missing';
  if (type === 'categorical') {
    if (values === undefined) return `a category${orMissing}, above 2^53 as text or bigint`;
    const shown = values.slice(0, 20).join(', ');
    return `one of ${shown}${values.length > 20 ? ` and ${values.length - 20} more` : ''}${orMissing}`;
  }
  if (minimum !== undefined && maximum !== undefined) {
    return `a number from ${minimum} to ${maximum}${orMissing}`;
  }
  if (minimum !== undefined) return `a number of at least ${minimum}${orMissing}`;
  if (maximum !== undefined) return `a number of at most ${maximum}${orMissing}`;
  return `a number${orMissing}`;
}
