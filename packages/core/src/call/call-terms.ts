import type { CallsConfig } from '../settings/calls.js';
import type { CallDetails, CallTerms } from './call-meter.js';

/** Says how each call is metered, and hands it the details that its caller gives. */
export interface CallTermsDesk {
  /** The terms of a call that starts now. */
  take(): CallTerms;
  /** Runs a callback whose calls, before its first `await`, take these details. */
  offer<Result>(details: CallDetails, run: () => Result): Result;
}

/**
 * Sampling is by chance for each call, so that no rhythm of the traffic falls in with it.
 *
 * @param options.onUntaken Told when a callback has made no call: its details went nowhere.
 */
export function createCallTerms(options: {
  readonly calls: CallsConfig;
  readonly random: () => number;
  readonly onUntaken: (error: Error) => void;
}): CallTermsDesk {
  const { random } = options;
  const { featureSamplingRate: rate, validation } = options.calls;
  const requiresValidInput = validation === 'reject';
  /** What holds for most calls; one object for all of them. */
  const plainTerms: CallTerms = { isSampled: true, requiresValidInput, details: undefined };
  let offered: CallDetails | undefined;
  let isTaken = false;

  return {
    take() {
      isTaken = true;
      const isSampled = rate === 1 || random() < rate;
      if (offered === undefined && isSampled) return plainTerms;
      return { isSampled, requiresValidInput, details: offered };
    },
    offer(details, run) {
      const outer = offered;
      offered = details;
      isTaken = false;
      try {
        const result = run();
        if (!isTaken) options.onUntaken(new Error(untakenDetails));
        return result;
      } finally {
        offered = outer;
        // A call inside an inner callback is one of the outer callback too.
        isTaken = true;
      }
    },
  };
}

const untakenDetails =
  'withCall: its callback called no metered model before its first await, so the ids, context or signal went nowhere. Call the model in the callback itself: withCall(details, () => session.run(feeds))';
