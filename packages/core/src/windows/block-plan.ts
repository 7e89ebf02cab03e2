import { CoreError } from '../errors.js';
import { blockColumns, type FeatureBlock } from '../prediction.js';

/** The features to which the columns of a block belong. */
export interface BlockPlan {
  /** True when the block is the matrix of all numeric features in their order. */
  readonly isMatrix: boolean;
  readonly numeric: readonly { readonly position: number; readonly column: number }[];
  /** The position in the block of each categorical feature; undefined if it is not there. */
  readonly categorical: readonly (number | undefined)[];
}

/** A feature by its name. */
interface Named {
  readonly feature: { readonly name: string };
}

/**
 * Plans blocks by their array of names. Plans are cached by that array, since an adapter passes the
 * same array with every call.
 */
export function createBlockPlans(
  numeric: readonly Named[],
  categorical: readonly Named[],
): (names: readonly string[]) => BlockPlan {
  const columnOf = new Map(numeric.map(({ feature }, column) => [feature.name, column]));
  const plans = new WeakMap<readonly string[], BlockPlan>();
  let latestNames: readonly string[] = [];
  let latestPlan = plan(latestNames);

  function plan(names: readonly string[]): BlockPlan {
    const positionOf = new Map(names.map((name, position) => [name, position]));
    return {
      isMatrix:
        names.length === numeric.length &&
        names.every((name, index) => columnOf.get(name) === index),
      numeric: names.flatMap((name, position) => {
        const column = columnOf.get(name);
        return column === undefined ? [] : [{ position, column }];
      }),
      categorical: categorical.map(({ feature }) => positionOf.get(feature.name)),
    };
  }

  return (names) => {
    if (names === latestNames) return latestPlan;
    let found = plans.get(names);
    if (found === undefined) {
      found = plan(names);
      plans.set(names, found);
    }
    latestNames = names;
    latestPlan = found;
    return found;
  };
}

/**
 * Requires one value per row and name, or one vector per row.
 *
 * @throws CoreError BATCH_INVALID when a block has another number of values.
 */
export function requireShape(block: FeatureBlock, rows: number): void {
  const { names, data } = block;
  if (data.length === rows * blockColumns(block)) return;
  throw new CoreError(
    'BATCH_INVALID',
    `The features ${names.join(', ')} have ${data.length} values for ${rows} rows. Pass rows x names values, row-major; for an embedding rows x dimension.`,
  );
}
