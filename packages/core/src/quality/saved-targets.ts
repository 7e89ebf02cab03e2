import type { Reference } from '../reference.js';
import { type Restoring, requireSame } from '../restoring.js';
import type { OutputsConfig } from '../settings/outputs.js';
import type { Comparison, SavedComparison } from './champion-comparison.js';
import type { EarlyTargets, SavedEarlyTargets } from './early-targets.js';
import type { Estimates } from './estimates.js';
import type { Quality, SavedQuality } from './quality.js';
import type { SavedEstimate } from './rolling-estimate.js';
import type { Scoring } from './scoring.js';
import type { SavedSegments, Segments } from './segments/segment-quality.js';
import type { SavedJoin, TargetJoin } from './target-join.js';

/** The predictions that await their targets, and the sums of those that are scored. */
export interface SavedTargets {
  /** What outputs and their sums mean. */
  readonly outputs: OutputsConfig;
  readonly referenceId: string | undefined;
  /** The `origin` of the scoring, on which all sums depend. */
  readonly origin: number | undefined;
  readonly join: SavedJoin;
  readonly early: SavedEarlyTargets | undefined;
  readonly quality: SavedQuality;
  readonly segments: SavedSegments;
  readonly estimate: SavedEstimate | undefined;
  readonly comparison: SavedComparison | undefined;
}

/** What is saved of the targets of a model. */
export interface KeptTargets {
  readonly outputs: OutputsConfig;
  readonly scoring: Scoring;
  readonly reference: () => Reference | undefined;
  readonly join: TargetJoin;
  readonly early: EarlyTargets | undefined;
  readonly quality: Quality;
  readonly segments: Segments;
  readonly estimates: Estimates;
  readonly comparison: Comparison | undefined;
}

/** The present state of the targets. */
export function saveTargets(kept: KeptTargets): SavedTargets {
  return {
    outputs: kept.outputs,
    referenceId: kept.reference()?.id,
    origin: kept.scoring.origin,
    join: kept.join.save(),
    early: kept.early?.save(),
    quality: kept.quality.save(),
    segments: kept.segments.save(),
    estimate: kept.estimates.save(),
    comparison: kept.comparison?.save(),
  };
}

/** Puts saved targets back, with the reference in use that they were saved with. */
export function restoreTargets(kept: KeptTargets, saved: SavedTargets, restoring: Restoring): void {
  const { scoring, join, early, quality, segments, estimates } = kept;
  restoring.part('targets', () => {
    requireSame('the declaration of the outputs', saved.outputs, kept.outputs);
    if ('origin' in scoring) scoring.origin = saved.origin;
    let keepsSegments = false;
    restoring.part('segments', () => {
      segments.restore(saved.segments, restoring);
      keepsSegments = true;
    });
    restoring.part('predictions', () => join.restore(saved.join, restoring, keepsSegments));
    restoring.part('early targets', () => {
      if (saved.early !== undefined) early?.restore(saved.early, restoring);
    });
    quality.restore(saved.quality, restoring);
    restoring.part('comparison with the champion', () => {
      if (saved.comparison !== undefined) kept.comparison?.restore(saved.comparison);
    });
    restoring.part('estimate', () => {
      requireSame('the reference of the estimate', saved.referenceId, kept.reference()?.id);
      if (saved.estimate !== undefined) estimates.restore(saved.estimate, restoring);
    });
  });
}
