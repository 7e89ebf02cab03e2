import { evaluateDrift } from '../src/drift/evaluate.js';
import { createDriftPolicy } from '../src/drift/policy.js';
import { buildReference, type Reference, type ReferenceColumns } from '../src/reference.js';
import type { FeatureDrift } from '../src/report.js';
import { driftSchema } from '../src/settings/drift.js';
import type { FeatureConfig } from '../src/settings/features.js';
import { parseSettings } from '../src/settings/problems.js';
import type { FeatureWindow } from '../src/windows/feature-window.js';
import { windowProfile } from '../src/windows/window-layout.js';

/** Numbers in [0, 1), the same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
  };
}

/** Standard normal numbers (Box and Muller 1958). */
export function seededNormal(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** A Monday at midnight. */
export const startMs = Date.UTC(2024, 0, 1);

/** The reference of some columns. */
export function referenceOf(
  features: readonly FeatureConfig[],
  columns: ReferenceColumns,
): Reference {
  return buildReference({
    modelName: 'late-flights',
    modelVersion: '3',
    created: '2026-01-01T00:00:00.000Z',
    source: 'rows of a test',
    features,
    columns,
  });
}

/** Evaluates drift of all rows in a window; settings that are not given have their defaults. */
export function evaluateWindow(
  window: FeatureWindow,
  settings: Parameters<typeof driftSchema.parse>[0] = {},
): FeatureDrift[] {
  const features = window.features.map(({ feature }) => feature);
  const policy = createDriftPolicy(parseSettings(driftSchema, settings), features);
  return evaluateDrift(
    window.features.map((counted) => {
      const counts = window.total(counted);
      return {
        feature: counted.feature,
        reference: counted.profile,
        current: windowProfile(counted, counts),
        invalid: counts.invalid,
      };
    }),
    policy,
  );
}
