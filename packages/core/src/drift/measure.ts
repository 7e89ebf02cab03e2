import {
  type Effect,
  ksFromBins,
  poolRareBins,
  resampledEffect,
} from '@modelmeter/kernel/statistics';
import { binNames } from '../bins/bin-names.js';
import { binShares } from '../bins/bin-shares.js';
import { exportedBins } from '../bins/decision-bins.js';
import { featureBins } from '../bins/feature-bins.js';
import type { BinShares } from '../report.js';
import type { ComparedFeature } from './compared-feature.js';
import type { CountedStatistic, DriftCriteria } from './criteria.js';
import { compute, type Inputs, inputsOf } from './inputs.js';
import { significanceOf } from './significance.js';

/** The measured values of one feature, before its state is decided. */
export interface Measurement {
  readonly referenceRows: number;
  readonly currentRows: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly noiseFloor: Readonly<Record<string, number>>;
  /** The effect of each size that decides, by statistic. */
  readonly effects: Readonly<Record<string, Effect>>;
  readonly ksResolution?: number;
  readonly test: string;
  readonly pValue: number;
  readonly bins: readonly BinShares[];
  /** Why nothing can be said of them. */
  readonly reason?: string;
}

/** Called when a statistic throws, returns a score that is not finite, or takes too long. */
export type StatisticFailure = (statistic: string, error: unknown) => void;

const floorAlpha = 0.05;
/**
 * Processor time in microseconds that a statistic may take before it is left out of the rest of the
 * run. Processor time does not grow when the machine is busy with other work.
 */
const budgets = { score: 1_000_000, noiseFloor: 1_000_000, effect: 5_000_000 } as const;

/** Returns a function that measures a feature; a statistic that fails affects no other. */
export function createMeasure(
  statistics: readonly CountedStatistic[],
  onFailure: StatisticFailure = () => {},
): (sample: ComparedFeature, criteria: DriftCriteria) => Measurement {
  const tooSlow = new Set<string>();

  function guarded<Result>(
    statistic: CountedStatistic,
    step: keyof typeof budgets,
    run: () => Result,
  ): Result | undefined {
    if (tooSlow.has(statistic.name)) return undefined;
    const before = process.cpuUsage();
    try {
      return run();
    } catch (error) {
      onFailure(statistic.name, error);
      return undefined;
    } finally {
      const took = process.cpuUsage(before).user;
      if (took > budgets[step]) {
        tooSlow.add(statistic.name);
        onFailure(
          statistic.name,
          new Error(
            `took ${Math.round(took / 1000)} ms, more than ${budgets[step] / 1000} ms; it is left out of the rest of the run`,
          ),
        );
      }
    }
  }

  function result(statistic: CountedStatistic, inputs: Inputs) {
    return guarded(statistic, 'score', () => {
      const found = compute(statistic, inputs);
      if (found === undefined) return undefined;
      const { score, pValue } = found;
      if (!Number.isFinite(score) || (pValue !== undefined && !(pValue >= 0 && pValue <= 1))) {
        throw new RangeError(
          `returned the score ${score} and the p-value ${pValue}; a score must be finite, a p-value between 0 and 1`,
        );
      }
      return found;
    });
  }

  function effect(statistic: CountedStatistic, inputs: Inputs) {
    return guarded(statistic, 'effect', () => {
      const found = effectOf(statistic, inputs);
      if (found === undefined) return undefined;
      const { estimate, low, high } = found;
      if (!(Number.isFinite(estimate) && low <= estimate && estimate <= high)) {
        throw new RangeError(
          `returned the effect ${estimate} from ${low} to ${high}; it must be finite and inside its interval`,
        );
      }
      return found;
    });
  }

  return (sample, criteria) => {
    const { reference, current } = sample;
    const exported = sample.exported ?? exportedBins(reference, current);
    const referenceRows = reference.count + reference.missing;
    const currentRows = current.count + current.missing;
    const isEmpty = referenceRows === 0 || currentRows === 0;
    const inputs = inputsOf(sample, criteria);
    const scores: Record<string, number> = {};
    const noiseFloor: Record<string, number> = {};
    const effects: Record<string, Effect> = {};
    const deciding = criteria.sizes.map(({ statistic }) => statistic);
    for (const statistic of new Set([...statistics, ...deciding])) {
      const found = result(statistic, inputs);
      if (found === undefined) continue;
      scores[statistic.name] = found.score;
      if (isEmpty) continue;
      const floor = guarded(statistic, 'noiseFloor', () => floorOf(statistic, inputs));
      if (floor !== undefined && Number.isFinite(floor)) noiseFloor[statistic.name] = floor;
      if (!deciding.includes(statistic)) continue;
      const size = effect(statistic, inputs);
      if (size !== undefined) effects[statistic.name] = size;
    }
    const { reason, ...significance } = significanceOf(sample, inputs, criteria, result);
    const failed = deciding.find(({ name }) => scores[name] === undefined);
    const withoutEffect = deciding.find(({ name }) => effects[name] === undefined);
    return {
      referenceRows,
      currentRows,
      bins: binShares(
        binNames(reference, featureBins(reference)),
        exported.reference,
        exported.current,
      ),
      scores,
      noiseFloor,
      effects,
      ...(inputs.profile === undefined
        ? {}
        : {
            ksResolution: ksFromBins(inputs.profile.reference.counts, inputs.profile.current.counts)
              .resolution,
          }),
      ...significance,
      ...reasonOf([
        sample.notReady,
        isEmpty ? `The ${referenceRows === 0 ? 'reference' : 'window'} has no rows` : undefined,
        hasNoCommonName(sample, inputs) ? noCommonName : undefined,
        failed && `The statistic "${failed.name}" returned no score`,
        withoutEffect && `The statistic "${withoutEffect.name}" returned no effect`,
        reason,
        currentRows < criteria.minimumRows
          ? `Only ${Math.round(currentRows)} rows; at least ${criteria.minimumRows} are required`
          : undefined,
      ]),
    };
  };
}

function reasonOf(reasons: readonly (string | undefined)[]): { reason?: string } {
  const reason = reasons.find((one) => one !== undefined);
  return reason === undefined ? {} : { reason };
}

const noCommonName = 'Nearly every value is different; none is common enough to compare';

/** Whether all names are rare, so that both samples have all their rows in one bin. */
function hasNoCommonName({ reference, exported }: ComparedFeature, { bins }: Inputs): boolean {
  if (reference.type !== 'categorical' || reference.categories.length < 2) return false;
  if (poolRareBins(bins.reference, bins.current).bins > 1) return false;
  const named = exported ?? bins;
  let all = 0;
  let largest = 0;
  for (const [bin, rows] of named.reference.entries()) {
    const both = rows + named.current[bin]!;
    all += both;
    // The last three bins are the other names, the rare names and the missing rows.
    if (bin < named.reference.length - 3) largest = Math.max(largest, both);
  }
  return largest < all / 2 && named.reference.at(-1)! + named.current.at(-1)! < all / 2;
}

function floorOf(statistic: CountedStatistic, { bins, profile }: Inputs): number | undefined {
  if (statistic.input === 'bins') {
    return statistic.noiseFloor?.(bins.reference, bins.current, floorAlpha);
  }
  if (profile === undefined || profile.reference.count === 0 || profile.current.count === 0) {
    return undefined;
  }
  return statistic.noiseFloor?.(profile.reference, profile.current, floorAlpha);
}

/** The effect by formula; by simulation, which is slow, where there is none. */
function effectOf(statistic: CountedStatistic, { bins, profile }: Inputs): Effect | undefined {
  if (statistic.input === 'bins') {
    return (
      statistic.effect?.(bins.reference, bins.current) ??
      resampledEffect(statistic, bins.reference, bins.current)
    );
  }
  if (profile === undefined) return undefined;
  return (
    statistic.effect?.(profile.reference, profile.current) ??
    resampledEffect(statistic, profile.reference, profile.current)
  );
}
