import type { BatchConfig } from '@modelmeter/config-file';
import { type OutputsConfig, outputNameOf, settingDefaults } from '@modelmeter/core/settings';
import { CliError } from '../errors.js';

/** The output of a model whose quality can be estimated. */
export type EstimatedOutput = Extract<OutputsConfig, { task: 'binary' | 'regression' }>;

/** Which columns hold what the model predicted and what came true. */
export interface OutputOptions {
  readonly target?: string;
  readonly score?: string;
  readonly value?: string;
  readonly decisionThreshold?: number;
}

/**
 * The output of the model: as named by options, or as configured.
 *
 * @throws CliError OPTION_INVALID when neither says it, or both a score and a value are named.
 */
export function outputOf(
  { score, value, decisionThreshold }: OutputOptions,
  configured: BatchConfig['outputs'] | undefined,
): OutputsConfig {
  if (score !== undefined && value !== undefined) {
    throw new CliError(
      'OPTION_INVALID',
      '--score is for a binary classifier and --value for a regression. Name one of them.',
    );
  }
  if (score !== undefined) {
    const threshold = decisionThreshold ?? settingDefaults.decisionThreshold;
    return { task: 'binary', score, decisionThreshold: threshold };
  }
  if (value !== undefined) return { task: 'regression', value };
  if (configured === undefined) {
    throw new CliError(
      'OPTION_INVALID',
      '--target needs the predictions. Name the column of the probabilities of the positive class with --score, that of the predicted numbers with --value, or a configuration with the outputs of the model.',
    );
  }
  return configured;
}

/**
 * The output of a model whose quality is read from rows.
 *
 * @throws CliError OPTION_INVALID for a model of another task.
 */
export function estimatedOutputOf(
  options: OutputOptions,
  configured: BatchConfig['outputs'] | undefined,
): EstimatedOutput {
  const output = outputOf(options, configured);
  if (output.task === 'binary' || output.task === 'regression') return output;
  throw new CliError(
    'OPTION_INVALID',
    `The output "${outputNameOf(output)}" is that of a ${output.task} model, whose quality cannot be estimated. Name a score of one class with --score.`,
  );
}
