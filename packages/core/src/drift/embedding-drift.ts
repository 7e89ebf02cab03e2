import type { EmbeddingProfile } from '@modelmeter/kernel/profiles';
import { type EmbeddingDiscrepancy, embeddingDiscrepancy } from '@modelmeter/kernel/statistics';
import type { FeatureDrift, Finding } from '../report.js';
import type { DriftState } from '../vocabulary.js';
import type { ComparedEmbedding } from './compared-feature.js';
import { confirm, type Tested } from './confirm.js';
import { correlationChanged } from './correlation-changed.js';
import { blocksOf, type EmbeddingCriteria } from './criteria.js';
import { missingIncreased } from './findings.js';
import { shortNumber } from './words/short-number.js';

/** The measured values of an embedding, before its state is decided. */
export interface EmbeddingMeasurement extends EmbeddingDiscrepancy {
  /** Why nothing can be said of them. */
  readonly reason?: string;
}

/** Measures how far the mean of the vectors moved, and whether chance explains it. O(4096). */
export function measureEmbedding(
  sample: ComparedEmbedding,
  criteria: EmbeddingCriteria,
): EmbeddingMeasurement {
  const blocks = blocksOf(sample, criteria);
  const reference = inBlocks(sample.reference, blocks.reference);
  const current = inBlocks(sample.current, blocks.current);
  const reason = sample.notReady ?? tooFew(reference, current, criteria);
  const found = embeddingDiscrepancy(reference, current);
  return reason === undefined ? found : { ...found, reason };
}

function tooFew(
  reference: EmbeddingProfile,
  current: EmbeddingProfile,
  { minimumRows }: EmbeddingCriteria,
): string | undefined {
  if (reference.count < 2) return 'The reference has fewer than two vectors';
  const least = Math.max(2, minimumRows);
  if (current.count >= least) return undefined;
  return `Only ${Math.floor(current.count)} vectors; at least ${least} are required`;
}

/** The sums of a sample in which each block of correlated rows counts as one. */
function inBlocks(profile: EmbeddingProfile, block: number): EmbeddingProfile {
  if (block === 1) return profile;
  const { count, sums, pairs } = profile;
  return {
    ...profile,
    count: count / block,
    sums: sums.map((sum) => sum / block),
    ...(pairs === undefined ? {} : { pairs: pairs.map((sum) => sum / block) }),
  };
}

/**
 * The state that one run shows: `drift` or `investigate` when a significant shift reaches the
 * threshold, or for `investigate` may reach it; `insufficient_data` when it is not significant and
 * may be as large.
 */
function stateOfEmbedding(
  { reason, score, interval }: EmbeddingMeasurement,
  { thresholds }: EmbeddingCriteria,
  significant: boolean,
): DriftState {
  if (reason !== undefined) return 'insufficient_data';
  if (significant && score >= thresholds.drift) return 'drift';
  if (interval[1] < thresholds.investigate) return 'ok';
  return significant ? 'investigate' : 'insufficient_data';
}

/** The result of a drift run for an embedding whose state is decided. */
export function embeddingDrift(
  sample: ComparedEmbedding,
  criteria: EmbeddingCriteria,
  measurement: EmbeddingMeasurement,
  tested: Tested,
): FeatureDrift {
  const { feature, reference, current } = sample;
  const { adjustedPValue, significant } = tested;
  const ofRun = stateOfEmbedding(measurement, criteria, significant);
  const findings = findingsOf(sample, criteria);
  const mattering = sample.notReady === undefined ? findings : [];
  const { state, consecutiveRuns } = confirm(ofRun, mattering, tested, criteria.consecutiveRuns);
  const decided = { adjustedPValue, significant, state, consecutiveRuns };
  const { score, interval, noiseFloor, pValue } = measurement;
  const { name } = criteria.statistic;
  const reason = decided.state === 'insufficient_data' ? reasonOf(measurement) : undefined;
  return {
    name: feature.name,
    type: 'embedding',
    referenceRows: rowsOf(reference),
    currentRows: rowsOf(current),
    missingRatio: { reference: missingRatio(reference), current: missingRatio(current) },
    compared: measurement.reason === undefined,
    scores: { [name]: score },
    noiseFloor: Number.isFinite(noiseFloor) ? { [name]: noiseFloor } : {},
    effects: {
      [name]: {
        estimate: score,
        low: interval[0],
        high: interval[1],
        thresholds: criteria.thresholds,
      },
    },
    statistic: name,
    thresholds: criteria.thresholds,
    test: name,
    pValue,
    ...decided,
    ...(reason === undefined ? {} : { reason }),
    findings,
    largestShifts: [],
    bins: [],
    embedding: {
      meanNorm: { reference: reference.meanNorm, current: current.meanNorm },
      meanCosine: { reference: reference.meanCosine, current: current.meanCosine },
    },
    explanation: explainEmbedding(sample, criteria, measurement, { ...decided, findings }, reason),
  };
}

function reasonOf({ reason, interval }: EmbeddingMeasurement): string {
  return reason ?? `A shift of up to ${deviations(interval[1])} is possible in so few vectors`;
}

function findingsOf(sample: ComparedEmbedding, criteria: EmbeddingCriteria): Finding[] {
  const rows = rowsOf(sample.current);
  if (rows === 0 || rowsOf(sample.reference) === 0) return [];
  const blocks = blocksOf(sample, criteria);
  const { reference, current } = sample;
  return [
    correlationChanged(inBlocks(reference, blocks.reference), inBlocks(current, blocks.current)),
    missingIncreased(sample, rows, blocks),
  ].filter((finding) => finding !== undefined);
}

function explainEmbedding(
  { reference, current }: ComparedEmbedding,
  { thresholds }: EmbeddingCriteria,
  { score, interval }: EmbeddingMeasurement,
  { state, significant, findings }: Pick<FeatureDrift, 'state' | 'significant' | 'findings'>,
  reason: string | undefined,
): string {
  if (state === 'insufficient_data') return `Not evaluated. ${reason}.`;
  const because = findings.find((finding) => finding.state === 'investigate')?.message;
  if (!significant) return state === 'ok' ? 'No significant shift.' : `Investigate: ${because}`;
  const size = `the vectors moved by ${deviations(score)} (${shortNumber(interval[0], 2)} to ${shortNumber(interval[1], 2)})`;
  const { drift, investigate } = thresholds;
  const verdict =
    score >= drift
      ? `${state === 'drift' ? 'Drift' : 'Drift if further runs confirm it'}: ${size}; threshold ${drift}.`
      : state === 'investigate'
        ? `Investigate: ${size}; threshold ${investigate}, drift ${drift}.`
        : `Significant, but too small to matter: ${size}; threshold ${investigate}.`;
  if (reference.basis.columns !== undefined) {
    return because === undefined ? verdict : `${verdict} ${because}`;
  }
  return `${verdict} ${went('The mean length', reference.meanNorm, current.meanNorm)} ${went('The mean cosine to the centre of the reference', reference.meanCosine, current.meanCosine)}`;
}

function went(what: string, before: number, after: number): string {
  const [from, to] = [shortNumber(before, 3), shortNumber(after, 3)];
  return from === to ? `${what} stayed at ${from}.` : `${what} went from ${from} to ${to}.`;
}

function deviations(value: number): string {
  return `${shortNumber(value, 2)} deviations`;
}

function rowsOf({ count, missing }: EmbeddingProfile): number {
  return count + missing;
}

function missingRatio(profile: EmbeddingProfile): number {
  return profile.missing / Math.max(rowsOf(profile), 1);
}
