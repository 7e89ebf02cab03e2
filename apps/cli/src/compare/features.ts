import { outputFeature } from '@modelmeter/core';
import type { FeatureConfig } from '@modelmeter/core/settings';
import { CliError } from '../errors.js';
import { featuresOfInput, type Input } from '../read/input.js';
import { requireColumn } from '../read/source.js';
import type { CompareOptions, CompareSettings } from './comparison.js';

/**
 * The features of the configuration and its output where the reference has it; else every column
 * of the reference that can be one. `--columns` chooses among them.
 *
 * @throws CliError COLUMN_UNKNOWN or COLUMN_UNSUITABLE.
 */
export function chooseFeatures(
  reference: Input,
  settings: CompareSettings,
  options: CompareOptions,
): FeatureConfig[] {
  const timeColumn = options.chunkBy?.split(':').slice(1).join(':');
  const except = new Set(
    [timeColumn, options.segment, options.key].filter((name) => name !== undefined),
  );
  const available: FeatureConfig[] = featuresOfInput(reference, except);
  const candidates = declaredFeatures(available, settings) ?? available;
  if (options.columns !== undefined) {
    return options.columns.map((name) => namedFeature(name, reference, candidates, available));
  }
  if (candidates.length > 0) return candidates;
  throw new CliError(
    'COLUMN_UNSUITABLE',
    `${reference.name} has no column that can be compared; times are left out. Name columns with --columns.`,
  );
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

function namedFeature(
  name: string,
  reference: Input,
  candidates: readonly FeatureConfig[],
  available: readonly FeatureConfig[],
): FeatureConfig {
  const byName = (feature: FeatureConfig): boolean => feature.name === name;
  const found = candidates.find(byName) ?? available.find(byName);
  if (found !== undefined) return found;
  if (reference.kind === 'data' && requireColumn(reference.source, name) === 'time') {
    return { name, type: 'numeric' };
  }
  throw new CliError(
    'COLUMN_UNKNOWN',
    `--columns names "${name}"; ${reference.name} has ${available.map((feature) => feature.name).join(', ')}.`,
  );
}
