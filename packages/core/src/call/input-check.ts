import { CoreError } from '../errors.js';
import { type FeatureBlock, numberOf, type TensorData } from '../prediction.js';
import type { FeatureConfig } from '../settings/features.js';
import type { InvalidReason } from '../vocabulary.js';

/** Compares inputs with what the features declare. */
export interface InputCheck {
  /** Tells of every value that does not fit. O(rows) a feature that could have one, else O(1). */
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
  readonly allowed: ReadonlySet<string> | undefined;
  readonly hasLimits: boolean;
}

/** The check of a model's declared features; other columns are not looked at. */
export function createInputCheck(features: readonly FeatureConfig[]): InputCheck {
  const columns: readonly Column[] = features.map((feature, index) => ({
    index,
    feature,
    allowed: feature.values === undefined ? undefined : new Set(feature.values),
    hasLimits: feature.minimum !== undefined || feature.maximum !== undefined,
  }));

  const required = columns.filter(({ feature }) => feature.required);
  // Numbers in a typed array have their type, so only those with limits need a look at each.
  const limited = columns.filter(
    ({ feature, hasLimits, allowed }) => feature.required || hasLimits || allowed !== undefined,
  );
  const positions = new WeakMap<readonly string[], readonly number[]>();

  /** Where each feature stands in a block, -1 where it does not. */
  function positionsOf(names: readonly string[]): readonly number[] {
    let found = positions.get(names);
    if (found === undefined) {
      const byName = new Map(names.map((name, position) => [name, position]));
      found = features.map(({ name }) => byName.get(name) ?? -1);
      positions.set(names, found);
    }
    return found;
  }

  /** Calls `found` for every unfit value until it returns true. */
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
      const looked = ArrayBuffer.isView(data) ? limited : columns;
      if (looked.length === 0) continue;
      const positions = positionsOf(names);
      for (const column of looked) {
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
  { feature, allowed }: Column,
  value: TensorData[number],
): InvalidReason | undefined {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return feature.required ? 'missing' : undefined;
  }
  if (feature.type === 'categorical') {
    if (typeof value === 'object' || typeof value === 'function') return 'type';
    return allowed === undefined || allowed.has(String(value)) ? undefined : 'category';
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
    `Feature "${feature.name}" ${message}. Correct the input, or set validation to "count" to let it pass.`,
    { problems: [{ path: `${feature.name}[${row}]`, message }] },
  );
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (value === undefined || value === null || Number.isNaN(value)) return 'missing';
  return typeof value === 'object' ? 'an object' : String(value);
}

/** What a feature takes, in words. */
function expectation({ type, minimum, maximum, values, required }: FeatureConfig): string {
  const orMissing = required ? '' : ', or missing';
  if (type === 'categorical') {
    if (values === undefined) return `a category${orMissing}`;
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
