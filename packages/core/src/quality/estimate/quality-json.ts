import type { QualityEstimator, ReferenceQuality } from './reference-quality.js';

/**
 * Reads the quality of a reference from its JSON document, which is written as it is.
 *
 * @returns What is wrong, as the end of a sentence, when the document is damaged.
 */
export function qualityFromJson(value: unknown): ReferenceQuality | string {
  if (!isRecord(value)) return 'quality must be an object';
  const { samples, scores, estimator } = value;
  if (!isCount(samples)) return 'quality.samples must be a whole number';
  if (!isScores(scores)) return 'quality.scores must hold a number for each score';
  if (estimator === undefined) return { samples, scores };
  const problem = problemOf(estimator);
  if (problem !== undefined) return `quality.estimator${problem}`;
  return { samples, scores, estimator: estimator as QualityEstimator };
}

function problemOf(value: unknown): string | undefined {
  if (!isRecord(value)) return ' must be an object';
  if (!isNumbers(value.support) || value.support.length !== 2) {
    return '.support must be two numbers';
  }
  if (value.task === 'binary') return problemOfBinary(value);
  if (value.task === 'regression') return problemOfErrors(value);
  return '.task must be binary or regression';
}

function problemOfBinary({
  decisionThreshold,
  calibration,
  chunks,
  widening,
}: Record<string, unknown>): string | undefined {
  if (!Number.isFinite(decisionThreshold)) return '.decisionThreshold must be a number';
  if (
    !isRecord(calibration) ||
    !isAscending(calibration.scores) ||
    !isAscending(calibration.probabilities) ||
    calibration.scores.length !== calibration.probabilities.length ||
    calibration.scores.length === 0
  ) {
    return '.calibration must have equally many ascending scores and probabilities';
  }
  if (!isListOf(chunks, ['intercept', 'slope'])) {
    return '.chunks must have an intercept and a slope for each chunk';
  }
  if (!isRecord(widening) || !Object.values(widening).every((factor) => Number(factor) >= 1)) {
    return '.widening must hold a factor of 1 or more for each score';
  }
  return undefined;
}

function problemOfErrors({
  edges,
  absolute,
  squared,
  fourth,
  chunks,
}: Record<string, unknown>): string | undefined {
  if (!isAscending(edges)) return '.edges must be ascending numbers';
  const bins = edges.length + 1;
  if (![absolute, squared, fourth].every((means) => isNumbers(means) && means.length === bins)) {
    return `.absolute, .squared and .fourth must have ${bins} numbers each`;
  }
  if (!isListOf(chunks, ['mean_absolute_error', 'root_mean_squared_error'])) {
    return '.chunks must have two ratios for each chunk';
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScores(value: unknown): value is ReferenceQuality['scores'] {
  return isRecord(value) && Object.values(value).every(Number.isFinite);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}

function isAscending(value: unknown): value is number[] {
  return isNumbers(value) && value.every((number, at) => at === 0 || value[at - 1]! <= number);
}

function isListOf(value: unknown, fields: readonly string[]): boolean {
  return (
    Array.isArray(value) &&
    value.every((one) => isRecord(one) && fields.every((field) => Number.isFinite(one[field])))
  );
}
