import type { Clock } from '../clock.js';
import { CoreError } from '../errors.js';
import type { Failures } from '../failures.js';
import type { StateProblem } from '../restoring.js';
import type { MonitorInput, MonitorSnapshot, MonitorState } from './monitor-state.js';
import {
  type KeptParts,
  restoreParts,
  type SavedParts,
  saveParts,
  snapshotVersion,
} from './saved-parts.js';

/** Saves and restores a monitor, and hands its input to where state is kept. */
export interface KeptState {
  /** Restores what an earlier process has kept, and repeats the input that came after it. */
  start(replay: (input: MonitorInput) => void): void;
  /** Whether inputs are kept. */
  readonly isKept: boolean;
  append(input: MonitorInput): void;
  /** Hands over a snapshot, if state is kept. */
  save(): void;
  /** Hands over the last snapshot. */
  end(): void;
  snapshot(): MonitorSnapshot;
  restore(snapshot: MonitorSnapshot): readonly StateProblem[];
  /** Moves all that was counted with a clock that was set. */
  followClock(jumpMs: number): void;
}

/** The state of one monitor; without `state` it is kept by nobody. */
export function createKeptState(options: {
  readonly model: { readonly name: string; readonly version: string };
  readonly parts: KeptParts;
  readonly clock: Clock;
  readonly failures: Failures;
  readonly state: MonitorState | undefined;
}): KeptState {
  const { model, parts, clock, failures } = options;
  let { state } = options;

  function present(): MonitorSnapshot {
    const timeMs = clock.now();
    return { version: snapshotVersion, model, timeMs, parts: saveParts(parts) };
  }

  function restore(snapshot: MonitorSnapshot): readonly StateProblem[] {
    if (snapshot.version !== snapshotVersion) {
      throw new CoreError(
        'STATE_MISMATCH',
        `The snapshot of ${model.name} has version ${snapshot.version}; this Modelmeter restores version ${snapshotVersion}. Restore it with the Modelmeter that saved it, or start empty.`,
      );
    }
    return restoreParts(parts, snapshot.parts as SavedParts, 0);
  }

  function move(jumpMs: number): void {
    restoreParts(parts, saveParts(parts), jumpMs);
  }

  /** @returns The time of the last input. */
  function repeat(
    input: Iterable<MonitorInput>,
    startMs: number,
    replay: (input: MonitorInput) => void,
  ): number {
    let lastMs = startMs;
    for (const one of input) {
      // The clock was set back, and the process ended before its snapshot was kept.
      if (one.timeMs < lastMs - clockToleranceMs) move(one.timeMs - lastMs);
      replay(one);
      lastMs = one.timeMs;
    }
    return lastMs;
  }

  const kept: KeptState = {
    start(replay) {
      if (state === undefined) return;
      const from = state;
      failures.guard('state', () => {
        const { snapshot, input } = from.load();
        const problems = snapshot === undefined ? [] : restoreOrReport(snapshot);
        const lastMs = repeat(input, snapshot?.timeMs ?? Number.NEGATIVE_INFINITY, replay);
        const behindMs = clock.now() - lastMs;
        if (behindMs < -clockToleranceMs && Number.isFinite(behindMs)) move(behindMs);
        if (problems.length > 0) from.dropped?.(problems);
      });
    },
    get isKept() {
      return state !== undefined;
    },
    append(input) {
      if (state === undefined) return;
      try {
        state.append(input);
      } catch (error) {
        failures.count('state', error);
      }
    },
    save() {
      failures.guard('state', () => state?.save(present()));
    },
    end() {
      kept.save();
      state = undefined;
    },
    snapshot: () => structuredClone(present()),
    restore,
    followClock(jumpMs) {
      move(jumpMs);
      failures.count(
        'state',
        new RangeError(
          `The clock was set ${jumpMs > 0 ? 'forward' : 'back'} by ${Math.abs(jumpMs / 1000)} s; windows and pending predictions were moved with it.`,
        ),
      );
      kept.save();
    },
  };

  function restoreOrReport(snapshot: MonitorSnapshot): readonly StateProblem[] {
    try {
      return restore(snapshot);
    } catch (error) {
      return [{ part: 'all', message: error instanceof Error ? error.message : String(error) }];
    }
  }

  return kept;
}

/** Clocks of a process and the next one may differ by so much. */
const clockToleranceMs = 60_000;
