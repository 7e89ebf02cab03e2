import type { Finding } from '../report.js';
import type { DriftState } from '../vocabulary.js';

/** What is known of a feature after the correction for all features. */
export interface Tested {
  readonly adjustedPValue: number;
  readonly significant: boolean;
  readonly runsBefore: number | undefined;
  readonly hasStreaks: boolean;
  /** The column that another one changed places with. */
  readonly swapped?: Finding | undefined;
}

/** The state of a feature with regard to earlier runs and to findings. */
export interface Confirmed {
  readonly state: DriftState;
  readonly consecutiveRuns: number;
  /** Further consecutive runs that must reach the drift threshold; 0 if none. */
  readonly runsRemaining: number;
}

/**
 * The state after a run that showed `ofRun`: drift is `investigate` until enough runs in a row have
 * found it, and a finding that matters raises a state below `investigate`. A run without a decision
 * neither extends nor ends a streak.
 */
export function confirm(
  ofRun: DriftState,
  findings: readonly Finding[],
  { runsBefore = 0, hasStreaks }: Pick<Tested, 'runsBefore' | 'hasStreaks'>,
  requiredRuns: number,
): Confirmed {
  const consecutiveRuns =
    ofRun === 'insufficient_data' ? runsBefore : ofRun === 'drift' ? runsBefore + 1 : 0;
  const isPartOfStreak = ofRun === 'drift' && hasStreaks;
  const runsRemaining = isPartOfStreak ? Math.max(0, requiredRuns - consecutiveRuns) : 0;
  if (ofRun === 'drift' && runsRemaining === 0) {
    return { state: 'drift', consecutiveRuns, runsRemaining };
  }
  const isRaised = ofRun === 'drift' || findings.some(({ state }) => state === 'investigate');
  return { state: isRaised ? 'investigate' : ofRun, consecutiveRuns, runsRemaining };
}
