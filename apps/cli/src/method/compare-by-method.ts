import { type ColumnFeature, columnFeatures } from '@modelmeter/core/settings';
import {
  evidentlyCategoryDrift,
  evidentlyDrift,
  type MethodDrift,
  nannymlCategoryDrift,
  nannymlChunks,
  nannymlDrift,
} from '@modelmeter/kernel/compatibility';
import {
  type CompareOptions,
  type Comparison,
  prepareComparison,
  requireRows,
} from '../compare/comparison.js';
import { sideResults } from '../compare/sides.js';
import { undecidedReasons } from '../compare/undecided.js';
import { CliError } from '../errors.js';
import { currentColumn, type FeatureColumn, referenceColumn } from '../read/columns.js';
import type { Reader } from '../read/reader.js';
import type { DataSource } from '../read/source.js';
import {
  type MethodFeature,
  type MethodName,
  type MethodResult,
  methods,
} from './method-result.js';
import { categoryCounts, columnNumbers, countsOf } from './read-column.js';

/** Both sides of a feature, and how it is read from them. */
interface Sides {
  readonly reference: { readonly source: DataSource; readonly column: FeatureColumn };
  readonly current: { readonly source: DataSource; readonly column: FeatureColumn };
}

/** The rows that NannyML needs of each side. */
const fewestRowsOfChunks = 10;

/**
 * Compares two data sets as another package does at its defaults: its choice of the statistic, its
 * thresholds and its verdict for each column. No setting of Modelmeter has a part in it.
 *
 * Every value is read, since the profiles of Modelmeter do not hold what these packages need: their
 * bins reach over both sides, or their thresholds come from the order of the rows.
 *
 * @throws CliError OPTION_INVALID for a profile, or an option that the method has no use for.
 * @throws CliError when a side cannot be read.
 */
export async function compareByMethod(
  reader: Reader,
  method: MethodName,
  options: CompareOptions,
): Promise<MethodResult> {
  refuseOptions(method, options);
  const comparison = await prepareComparison(reader, options);
  const reference = requireRows(comparison.reference, `--method ${method}`);
  const current = requireRows(comparison.current, `--method ${method}`);
  const features: MethodFeature[] = [];
  for (const feature of columnFeatures(comparison.features)) {
    features.push(
      await compareFeature(comparison, method, feature, {
        reference: { source: reference, column: referenceColumn(reference, feature) },
        current: { source: current, column: currentColumn(current, feature) },
      }),
    );
  }
  const named = (state: MethodFeature['state']): string[] =>
    features.filter((feature) => feature.state === state).map(({ name }) => name);
  const driftedFeatures = named('drift');
  const undecidedFeatures = named('insufficient_data');
  const isDecided = undecidedFeatures.length < features.length;
  return {
    method: { name: method, version: methods[method].version },
    ...sideResults(comparison, { reference, current }),
    features,
    driftedFeatures,
    state: driftedFeatures.length > 0 ? 'drift' : isDecided ? 'ok' : 'insufficient_data',
    undecidedFeatures,
    undecided: undecidedReasons(comparison, { reference, current }),
  };
}

function refuseOptions(method: MethodName, options: CompareOptions): void {
  const given = Object.entries({
    '--config': options.settings,
    '--chunk-by': options.chunkBy,
    '--chunk-size': options.chunkSize,
    '--segment': options.segment,
    '--explain': options.explain,
    '--key': options.key,
    '--multivariate': options.multivariate,
  }).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new CliError(
    'OPTION_INVALID',
    `--method ${method} decides as ${methods[method].title} does at its defaults, which have no ${given[0]}. Leave one of the two out.`,
  );
}

async function compareFeature(
  comparison: Comparison,
  method: MethodName,
  { name, type }: ColumnFeature,
  sides: Sides,
): Promise<MethodFeature> {
  const undecided = (reason: string): MethodFeature => ({
    name,
    type,
    state: 'insufficient_data',
    reason,
  });
  const rows = Math.min(sides.reference.source.rows, sides.current.source.rows);
  if (method === 'nannyml' && rows < fewestRowsOfChunks) {
    return undecided(`NannyML makes ten chunks of each side, and one has ${rows} rows.`);
  }
  const found =
    type === 'numeric'
      ? await compareNumbers(comparison, method, sides)
      : await compareCategories(comparison, method, sides);
  if (typeof found === 'string') return undecided(found);
  return { name, type, state: found.drifted ? 'drift' : 'ok', ...found };
}

const noValues = 'One side has no values.';

async function compareNumbers(
  { reader: { database, kernel } }: Comparison,
  method: MethodName,
  sides: Sides,
): Promise<MethodDrift | string> {
  const reference = await columnNumbers(database, sides.reference.source, sides.reference.column);
  const current = await columnNumbers(database, sides.current.source, sides.current.column);
  if (method === 'evidently') return evidentlyDrift(kernel, reference, current) ?? noValues;
  if (reference.some((value) => Math.abs(value) === Infinity)) {
    return 'The reference has infinite values, of which NannyML makes no bins.';
  }
  return nannymlDrift(kernel, reference, current) ?? noValues;
}

async function compareCategories(
  { reader: { database } }: Comparison,
  method: MethodName,
  sides: Sides,
): Promise<MethodDrift | string> {
  const read = ({ source, column }: Sides['reference']): Promise<Map<string, number>[]> => {
    const chunkRows = method === 'nannyml' ? nannymlChunks(source.rows)[0]![1] : source.rows;
    return categoryCounts(database, source, column, Math.max(1, chunkRows));
  };
  const before = await read(sides.reference);
  const after = await read(sides.current);
  // In the order of the names: Evidently's test of two categories takes the first of them.
  const categories = [...new Set([...before, ...after].flatMap((chunk) => [...chunk.keys()]))];
  const [reference, current] = [before, after].map((side) => countsOf(side, categories.sort()));
  if (method === 'nannyml') return nannymlCategoryDrift(reference!, current!) ?? noValues;
  const [a, b] = [reference![0], current![0]];
  return (a && b && evidentlyCategoryDrift(a, b)) ?? noValues;
}
