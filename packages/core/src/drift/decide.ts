import type { Effect } from '@modelmeter/kernel/statistics';
import type { DriftState } from '../vocabulary.js';
import type { ComparedFeature } from './compared-feature.js';
import type { DriftCriteria, SizeCriterion } from './criteria.js';
import { inputsOf } from './inputs.js';
import type { Measurement } from './measure.js';

/** A size of the shift with its thresholds. */
export interface DecidingSize extends SizeCriterion {
  readonly effect: Effect;
}

/**
 * The state that one run shows by the sizes of a shift, without regard to earlier runs and findings.
 *
 * | interval | significant | not significant |
 * |---|---|---|
 * | of every size below its investigate threshold | `ok` | `ok` |
 * | reaches one, every estimate below its drift threshold | `investigate` | `insufficient_data` |
 * | reaches one, an estimate reaches its drift threshold | `drift` | `insufficient_data` |
 *
 * A shift that does not exceed ordinary movement is not significant, but known to be ordinary: `ok`.
 */
export function stateOfSizes(
  { reason, effects }: Pick<Measurement, 'reason' | 'effects'>,
  { sizes }: DriftCriteria,
  { significant, ordinary }: { readonly significant: boolean; readonly ordinary: boolean },
): DriftState {
  if (reason !== undefined) return 'insufficient_data';
  const found = sizes.map((size) => ({ ...size, effect: effects[size.statistic.name]! }));
  if (found.every(isSmall)) return 'ok';
  if (significant) return found.some(isDrift) ? 'drift' : 'investigate';
  return ordinary && found.every(isMeasured) ? 'ok' : 'insufficient_data';
}

function isSmall({ effect, thresholds }: DecidingSize): boolean {
  return effect.high < thresholds.investigate;
}

function isDrift({ effect, thresholds }: DecidingSize): boolean {
  return effect.estimate >= thresholds.drift;
}

/** Whether the interval is narrow enough to tell ordinary movement from too few rows. */
function isMeasured({ effect, thresholds }: DecidingSize): boolean {
  return effect.high - effect.low < thresholds.drift;
}

/**
 * The size that decides: the one with the largest estimate on the scale of its thresholds; if chance
 * explains all of them, the one whose interval reaches furthest.
 */
export function decidingSize(
  { effects }: Pick<Measurement, 'effects'>,
  { sizes }: DriftCriteria,
): SizeCriterion {
  const scaleOf = ({ statistic, thresholds }: SizeCriterion): readonly [number, number] => {
    const { estimate = 0, high = 0 } = effects[statistic.name] ?? {};
    const scale = (value: number): number =>
      value < thresholds.investigate
        ? value / thresholds.investigate
        : value < thresholds.drift
          ? 1 + (value - thresholds.investigate) / (thresholds.drift - thresholds.investigate)
          : 1 + value / thresholds.drift;
    return [scale(estimate), scale(high)];
  };
  return sizes.reduce((largest, size) => {
    const [estimate, high] = scaleOf(size);
    const [largestEstimate, largestHigh] = scaleOf(largest);
    const isLarger =
      estimate > largestEstimate || (estimate === largestEstimate && high > largestHigh);
    return isLarger ? size : largest;
  });
}

/** Windows grow by powers of this factor in the estimate of how many rows decide, up to 10 000. */
const growthStep = 1.25;
const mostSteps = 41;
/** Room for the chance of another sample: so many rows decide in about three of four cases. */
const growthMargin = 1.2;

/**
 * About how many more current rows would show that nothing has drifted, if nothing has. Undefined if
 * the reference has too few rows for that, or if a size has no formula on bins.
 */
export function moreRowsToDecide(
  sample: ComparedFeature,
  criteria: DriftCriteria,
): number | undefined {
  const isSmallAfter = (steps: number): boolean => {
    const { bins } = inputsOf(grownSample(sample, growthStep ** steps), criteria);
    return criteria.sizes.every(({ statistic, thresholds }) => {
      if (statistic.input !== 'bins') return false;
      const effect = statistic.effect?.(bins.reference, bins.current);
      return effect !== undefined && effect.high * growthMargin < thresholds.investigate;
    });
  };
  if (!isSmallAfter(mostSteps)) return undefined;
  let wide = 0;
  let small = mostSteps;
  while (small - wide > 1) {
    const middle = (wide + small) >> 1;
    if (isSmallAfter(middle)) small = middle;
    else wide = middle;
  }
  const rows = sample.current.count + sample.current.missing;
  return Number((rows * (growthStep ** small - 1)).toPrecision(2));
}

/**
 * The sample with more current rows from the distribution of the reference: chance then parts the
 * shares less, by the root of the rows.
 */
function grownSample(sample: ComparedFeature, growth: number): ComparedFeature {
  const { reference, current, exported } = sample;
  const n = reference.count + reference.missing;
  const m = current.count + current.missing;
  const grown = (referenceRows: number, rows: number): number => {
    const share = referenceRows / n;
    return Math.max(0, growth * m * (share + (rows / m - share) / Math.sqrt(growth)));
  };
  const counts = current.counts.map((rows, bin) => grown(reference.counts[bin] ?? 0, rows));
  const missing = grown(reference.missing, current.missing);
  const other =
    current.type === 'categorical' && reference.type === 'categorical'
      ? { other: grown(reference.other, current.other) }
      : {};
  return {
    ...sample,
    current: { ...current, ...other, count: growth * m - missing, missing, counts },
    ...(exported === undefined
      ? {}
      : {
          exported: {
            reference: exported.reference,
            current: exported.current.map((rows, bin) => grown(exported.reference[bin]!, rows)),
          },
        }),
  };
}
