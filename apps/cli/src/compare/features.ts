import { outputFeature } from '@modelmeter/core';
import type { FeatureConfig } from '@modelmeter/core/settings';
import { CliError } from '../errors.js';
import { parseChunkBy } from '../profile/groups.js';
import type { Feature } from '../read/columns.js';
import { columnNames, featuresOfInput, featuresTogether, type Input } from '../read/input.js';
import { requireColumn } from '../read/source.js';
import type { CompareOptions, CompareSettings } from './comparison.js';

/** A feature as it is configured and as it is read. */
export type ChosenFeature = FeatureConfig & Feature;

/**
 * The features of the configuration and its output where the reference has it; else every column
 * of the reference that can be one. `--columns` and `--exclude` choose among them.
 * Where it is asked for, the numeric ones follow as one feature, without the output.
 *
 * @throws CliError COLUMN_UNKNOWN, COLUMN_UNSUITABLE or OPTION_INVALID.
 */
export function chooseFeatures(
  reference: Input,
  current: Input,
  settings: CompareSettings,
  options: CompareOptions,
): ChosenFeature[] {
  const { columns, exclude = [] } = options;
  requireColumns(reference, exclude, '--exclude');
  const except = new Set([...exclude, ...helperColumns(options)]);
  const available = [
    ...featuresOfInput(reference).filter(({ together }) => together === undefined),
    ...emptyFeatures(reference, current),
  ];
  const candidates =
    declaredFeatures(available, settings) ?? available.filter(({ name }) => !except.has(name));
  const chosen =
    columns?.map((name) => namedFeature(name, reference, candidates, available)) ??
    candidates.filter(({ name }) => !exclude.includes(name));
  if (chosen.length > 0) return [...chosen, ...together(chosen, reference, settings, options)];
  throw new CliError(
    'COLUMN_UNSUITABLE',
    `${reference.name} has no column that can be compared, only ${columnNames(reference).join(', ') || 'none at all'}; times, lists and structures are left out. Name columns with --columns.`,
  );
}

function together(
  chosen: readonly FeatureConfig[],
  reference: Input,
  { drift, outputs }: CompareSettings,
  { multivariate = drift.multivariate }: CompareOptions,
): Feature[] {
  if (!multivariate) return [];
  const output = outputs === undefined ? undefined : outputFeature(outputs).name;
  return [
    featuresTogether(
      reference,
      chosen.filter(({ name }) => name !== output),
    ),
  ];
}

/** The features that the configuration names, whether the data have them or not. */
export function declaredNames({ features, outputs }: CompareSettings): string[] {
  const names = features.map(({ name }) => name);
  return outputs === undefined ? names : [...names, outputFeature(outputs).name];
}

/** Columns that serve the comparison and are not compared: the time of chunks, the key of rows. */
export function helperColumns({ chunkBy, key }: CompareOptions): string[] {
  const time = chunkBy === undefined ? undefined : parseChunkBy(chunkBy).column;
  return [time, key].filter((name) => name !== undefined);
}

function declaredFeatures(
  available: readonly FeatureConfig[],
  { features, outputs }: CompareSettings,
): FeatureConfig[] | undefined {
  const declared = [...features];
  if (outputs !== undefined) {
    const output = outputFeature(outputs);
    if (available.some(({ name }) => name === output.name)) declared.push(output);
  }
  return declared.length > 0 ? declared : undefined;
}

/** Columns without a value in the reference are compared as what the current side has of them. */
function emptyFeatures(reference: Input, current: Input): FeatureConfig[] {
  if (reference.kind === 'profile') return [];
  const types = new Map(featuresOfInput(current).map(({ name, type }) => [name, type]));
  return [...reference.source.columns.values()].flatMap(({ name, kind }) => {
    const type = types.get(name);
    return kind === 'empty' && type !== undefined ? [{ name, type }] : [];
  });
}

function namedFeature(
  name: string,
  reference: Input,
  candidates: readonly FeatureConfig[],
  available: readonly FeatureConfig[],
): FeatureConfig {
  const byName = (feature: FeatureConfig): boolean => feature.name === name;
  const found = candidates.find(byName) ?? available.find(byName);
  if (found !== undefined) return found;
  if (reference.kind === 'data') {
    const { kind } = requireColumn(reference.source, name);
    return { name, type: kind === 'time' ? 'numeric' : 'categorical' };
  }
  throw new CliError(
    'COLUMN_UNKNOWN',
    `--columns names "${name}"; ${reference.name} has ${columnNames(reference).join(', ')}.`,
  );
}

function requireColumns(input: Input, names: readonly string[], option: string): void {
  const known = columnNames(input);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new CliError(
    'COLUMN_UNKNOWN',
    `${option} names "${unknown}"; ${input.name} has ${known.join(', ')}.`,
  );
}
