import type { FeatureDrift } from '../report.js';
import { featureKey } from './evaluate.js';

/** When the shift of a feature in drift began, and when a run last found it. */
interface LastingShift {
  readonly sinceMs: number;
  readonly lastMs: number;
}

/** The shifts of the features in drift, by feature and segment, up to the previous run. */
export type LastingShifts = ReadonlyMap<string, LastingShift>;

/** A shift that no run has found for a week, so not on the same weekday either, is over. */
const quietMs = 7 * 86_400_000;

/**
 * The shifts after a run. One that pauses for at most a week goes on, so that a feature near its
 * threshold has one shift and not many.
 */
export function shiftsAfter(
  before: LastingShifts,
  features: readonly FeatureDrift[],
  nowMs: number,
): LastingShifts {
  const after = new Map<string, LastingShift>();
  for (const { name, segment, state } of features) {
    const key = featureKey(name, segment);
    const known = before.get(key);
    const goesOn = known !== undefined && nowMs - known.lastMs <= quietMs;
    if (state === 'drift') {
      after.set(key, { sinceMs: goesOn ? known.sinceMs : nowMs, lastMs: nowMs });
    } else if (goesOn) {
      after.set(key, known);
    }
  }
  return after;
}

/** The shifts on a clock that has jumped. */
export function shiftedBy(shifts: LastingShifts, shiftMs: number): LastingShifts {
  return new Map(
    Array.from(shifts, ([key, { sinceMs, lastMs }]) => [
      key,
      { sinceMs: sinceMs + shiftMs, lastMs: lastMs + shiftMs },
    ]),
  );
}

/** The features with the time since which they have been in drift. */
export function withSince(
  features: readonly FeatureDrift[],
  shifts: LastingShifts,
): FeatureDrift[] {
  return features.map((feature) => {
    const shift = shifts.get(featureKey(feature.name, feature.segment));
    const isInDrift = feature.state === 'drift' && shift !== undefined;
    return isInDrift ? { ...feature, driftSinceMs: shift.sinceMs } : feature;
  });
}
