import type { CallsConfig } from '../settings/calls.js';
import type { CallDetails, CallTerms } from './call-contract.js';

/** Decides how each call is metered, and passes it the details that its caller gives. */
export interface CallContext {
  /** The terms of a call that starts now. */
  next(): CallTerms;
  /** Runs a callback; the calls that it makes before its first `await` get these details. */
  run<Result>(details: CallDetails, callback: () => Result): Result;
}

/**
 * The context of the calls of a model. Each call is sampled at random, so that a rhythm of the
 * traffic cannot coincide with the sampling.
 *
 * @param options.onFailure Called when a callback made no call, so its details were not used, and when
 *   the source of random numbers fails.
 */
export function createCallContext(options: {
  readonly calls: CallsConfig;
  readonly random: () => number;
  readonly onFailure: (error: unknown) => void;
}): CallContext {
  const { random } = options;
  const { featureSamplingRate: rate, validation } = options.calls;
  const requiresValidInput = validation === 'reject';
  /** Whether to read a call; all calls while the source of random numbers fails. */
  function draw(): boolean {
    if (rate === 1) return true;
    try {
      return random() < rate;
    } catch (error) {
      options.onFailure(error);
      return true;
    }
  }

  /** The terms of most calls; one object for all of them. */
  const plainTerms: CallTerms = { isSampled: true, requiresValidInput, details: undefined };
  let current: CallDetails | undefined;
  let isUsed = false;

  return {
    next() {
      isUsed = true;
      const isSampled = draw();
      if (current === undefined && isSampled) return plainTerms;
      return { isSampled, requiresValidInput, details: current };
    },
    run(details, callback) {
      const outer = current;
      current = details;
      isUsed = false;
      try {
        const result = callback();
        if (!isUsed) options.onFailure(new Error(unusedDetails));
        return result;
      } finally {
        current = outer;
        // A call inside an inner callback is also a call of the outer one.
        isUsed = true;
      }
    },
  };
}

const unusedDetails =
  'withCall: the callback called no metered model before its first await, so its ids, context and signal were not used. Call the model in the callback: withCall(details, () => session.run(feeds))';
