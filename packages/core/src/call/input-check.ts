import type { FeatureConfig } from '../config.js';
import { CoreError } from '../errors.js';
import { type FeatureBlock, numberOf, type TensorData } from '../prediction.js';

/** Why a value does not fit its feature; a label of `model_feature_invalid_total`. */
export type InvalidReason = 'type' | 'missing' | 'range' | 'category';

export const invalidReasons: readonly InvalidReason[] = ['type', 'missing', 'range', 'category'];

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
  readonly feature: FeatureConfig;
  readonly allowed: ReadonlySet<string> | undefined;
  readonly hasLimits: boolean;
}

/** The check of a model's declared features; other columns are not looked at. */
export function createInputCheck(features: readonly FeatureConfig[]): InputCheck {
  const columns: readonly Column[] = features.map((feature) => ({
    feature,
    allowed: feature.values === undefined ? undefined : new Set(feature.values),
    hasLimits: feature.minimum !== undefined || feature.maximum !== undefined,
  }));

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
    for (const column of columns) {
      const { name, required } = column.feature;
      const block = blocks.find(({ names }) => names.includes(name));
      if (block === undefined) {
        if (!required) continue;
        for (let row = 0; row < rows; row += 1) {
          if (found(column, row, undefined, 'missing')) return;
        }
        continue;
      }
      if (alwaysFits(column, block.data)) continue;
      const position = block.names.indexOf(name);
      const stride = block.names.length;
      for (let row = 0; row < rows; row += 1) {
        const value = block.data[row * stride + position];
        const reason = reasonAgainst(column, value);
        if (reason !== undefined && found(column, row, value, reason)) return;
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

/** Numbers without limits need no look at each of them. */
function alwaysFits({ feature, hasLimits }: Column, data: TensorData): boolean {
  return feature.type === 'numeric' && !hasLimits && !feature.required && ArrayBuffer.isView(data);
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
