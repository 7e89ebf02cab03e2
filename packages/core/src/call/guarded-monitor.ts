import type { CallMonitor } from './call-contract.js';

/** The part of a monitor that records calls, whose methods never throw. */
export interface GuardedMonitor extends Pick<CallMonitor, 'observe' | 'countError' | 'endCall'> {
  /** The result of a function; if it throws, the error is counted and the other value returned. */
  attempt<Result>(stage: CountedStage, run: () => Result, otherwise: Result): Result;
}

type CountedStage = Parameters<CallMonitor['countError']>[0];

/** Guards a monitor: none of its failures reaches the caller of a model. */
export function guardMonitor(monitor: CallMonitor): GuardedMonitor {
  function countError(stage: CountedStage, error: unknown): void {
    try {
      monitor.countError(stage, error);
    } catch {
      // A monitor that cannot even count must not affect the call.
    }
  }

  function attempt<Result>(stage: CountedStage, run: () => Result, otherwise: Result): Result {
    try {
      return run();
    } catch (error) {
      countError(stage, error);
      return otherwise;
    }
  }

  return {
    countError,
    attempt,
    observe: (batch) => attempt('outputs', () => monitor.observe(batch), undefined),
    endCall: () => attempt('outputs', () => monitor.endCall(), undefined),
  };
}

/** Calls back when a promise settles; one whose `then` throws counts as rejected. */
export function follow<Result>(
  promise: PromiseLike<Result>,
  fulfilled: (value: Result) => void,
  rejected: (error: unknown) => void,
): void {
  try {
    promise.then(fulfilled, rejected);
  } catch (error) {
    rejected(error);
  }
}
