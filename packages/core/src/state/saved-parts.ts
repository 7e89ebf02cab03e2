import type { DriftRuns, SavedDrift } from '../drift/runs/runs.js';
import type { Instruments, SavedInstruments } from '../metrics/instruments.js';
import type { BudgetWatch, SavedBudgets } from '../quality/budget-watch.js';
import type { QualityWatch } from '../quality/quality-watch.js';
import type { SavedTargets } from '../quality/saved-targets.js';
import type { Targets } from '../quality/targets.js';
import type { ScoreName } from '../quality-scores.js';
import type { Reference } from '../reference.js';
import { referenceFromJson, referenceToJson } from '../reference-json.js';
import type { ReferenceRecorder, SavedRecorder } from '../reference-recorder.js';
import { createRestoring, requireSame, type StateProblem } from '../restoring.js';

/** Increase it when saved parts change so that an earlier process cannot read them. */
export const snapshotVersion = 1;

/** The parts of a monitor that outlive its process. */
export interface KeptParts {
  readonly driftRuns: DriftRuns;
  readonly targets: Targets;
  readonly recorder: ReferenceRecorder | undefined;
  readonly instruments: Instruments;
  readonly qualityWatch: QualityWatch;
  readonly budgetWatch: BudgetWatch;
  /** The reference with which the monitor was created. */
  readonly configured: Reference | undefined;
  /** Replaces the reference in use; its windows start empty. */
  readonly compareWith: (reference: Reference) => void;
}

/** The parts of a snapshot. */
export interface SavedParts {
  readonly configuredId: string | undefined;
  /** The JSON of a reference that replaced the configured one. */
  readonly reference: object | undefined;
  readonly drift: SavedDrift;
  readonly targets: SavedTargets;
  readonly recorder: SavedRecorder | undefined;
  readonly missedScores: readonly ScoreName[];
  readonly budgets: SavedBudgets;
  readonly instruments: SavedInstruments;
}

/** The present state of the parts, which shares memory with them. */
export function saveParts(parts: KeptParts): SavedParts {
  const { driftRuns, configured } = parts;
  const reference = driftRuns.detector?.reference;
  return {
    configuredId: configured?.id,
    reference:
      reference === undefined || reference.id === configured?.id
        ? undefined
        : referenceToJson(reference),
    drift: driftRuns.save(),
    targets: parts.targets.save(),
    recorder: parts.recorder?.save(),
    missedScores: [...parts.qualityWatch.missed],
    budgets: parts.budgetWatch.save(),
    instruments: parts.instruments.save(),
  };
}

/**
 * Puts saved parts back, each as far as it fits the settings.
 *
 * @param shiftMs Added to every time.
 * @returns What did not fit and starts empty.
 */
export function restoreParts(
  parts: KeptParts,
  saved: SavedParts,
  shiftMs: number,
): readonly StateProblem[] {
  const { driftRuns, targets, recorder, instruments } = parts;
  const restoring = createRestoring(shiftMs);
  restoring.part('reference', () => {
    if (saved.reference === undefined) return;
    requireSame('the configured reference', saved.configuredId, parts.configured?.id);
    const reference = referenceFromJson(saved.reference, 'The saved reference');
    if (reference.id !== driftRuns.detector?.reference.id) parts.compareWith(reference);
  });
  driftRuns.restore(saved.drift, restoring);
  targets.restore(saved.targets, restoring);
  restoring.part('recorded reference', () => {
    if (saved.recorder !== undefined) recorder?.restore(saved.recorder, restoring);
  });
  parts.qualityWatch.missed.clear();
  for (const score of saved.missedScores) parts.qualityWatch.missed.add(score);
  restoring.part('error budgets', () => parts.budgetWatch.restore(saved.budgets, restoring));
  instruments.restore(saved.instruments, restoring);
  return restoring.problems;
}
