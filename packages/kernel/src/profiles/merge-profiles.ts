import { KernelError } from '../errors.js';
import { mergeMoments } from '../numeric/moments.js';
import { type EmbeddingProfile, requireSameBasis } from './embeddings/embedding-profile.js';
import type { CategoricalProfile, FeatureProfile, NumericProfile } from './profile.js';

/**
 * The profile of both samples taken together: what profiling all their rows on the same grid,
 * vocabulary or basis gives. Counts, sums of features, minimum and maximum to the last bit, means
 * and m2 to rounding.
 *
 * The samples may change places but for the order of the categories, which is that of `a`. The
 * inputs are not changed; the result shares the grid or the categories of `a`. O(bins).
 *
 * @throws KernelError PROFILE_MISMATCH when the profiles differ in type, grid, vocabulary or basis;
 * the message says where.
 */
export function mergeProfiles(a: NumericProfile, b: NumericProfile): NumericProfile;
export function mergeProfiles(a: CategoricalProfile, b: CategoricalProfile): CategoricalProfile;
export function mergeProfiles(a: EmbeddingProfile, b: EmbeddingProfile): EmbeddingProfile;
export function mergeProfiles(a: FeatureProfile, b: FeatureProfile): FeatureProfile;
export function mergeProfiles(a: FeatureProfile, b: FeatureProfile): FeatureProfile {
  if (a.type === 'numeric' && b.type === 'numeric') return mergeNumeric(a, b);
  if (a.type === 'categorical' && b.type === 'categorical') return mergeCategorical(a, b);
  if (a.type === 'embedding' && b.type === 'embedding') return mergeEmbeddings(a, b);
  throw mismatch('type', b.type, `merge profiles of one type; the first is ${a.type}`);
}

function mergeNumeric(a: NumericProfile, b: NumericProfile): NumericProfile {
  const advice = 'count both on one grid, the grid option of numericProfile';
  if (a.grid.length !== b.grid.length) {
    throw mismatch(
      'grid.length',
      b.grid.length,
      `the first has ${a.grid.length} points: ${advice}`,
    );
  }
  for (const [point, value] of a.grid.entries()) {
    if (value !== b.grid[point]) {
      throw mismatch(`grid[${point}]`, b.grid[point], `the first has ${value} there: ${advice}`);
    }
  }
  const moments = mergeMoments(toMoments(a), toMoments(b));
  return {
    type: 'numeric',
    count: moments.count,
    missing: moments.missing,
    infinite: moments.infinite,
    min: Number.isFinite(moments.min) ? moments.min : null,
    max: Number.isFinite(moments.max) ? moments.max : null,
    mean: moments.mean,
    m2: Math.min(moments.m2, Number.MAX_VALUE),
    grid: a.grid,
    counts: a.counts.map((rows, bin) => rows + b.counts[bin]!),
  };
}

function toMoments(profile: NumericProfile) {
  return { ...profile, min: profile.min ?? Infinity, max: profile.max ?? -Infinity };
}

function mergeCategorical(a: CategoricalProfile, b: CategoricalProfile): CategoricalProfile {
  const advice = 'count both over one vocabulary, the categories option of categoricalProfile';
  if (a.categories.length !== b.categories.length) {
    throw mismatch(
      'categories.length',
      b.categories.length,
      `the first has ${a.categories.length}: ${advice}`,
    );
  }
  const indexInB = new Map(b.categories.map((category, index) => [category, index]));
  const counts = a.counts.map((rows, index) => {
    const category = a.categories[index]!;
    const other = indexInB.get(category);
    if (other === undefined) {
      throw mismatch(
        'categories',
        b.categories,
        `the first has ${JSON.stringify(category)}: ${advice}`,
      );
    }
    return rows + b.counts[other]!;
  });
  return {
    type: 'categorical',
    count: a.count + b.count,
    missing: a.missing + b.missing,
    categories: a.categories,
    counts,
    other: a.other + b.other,
  };
}

function mergeEmbeddings(a: EmbeddingProfile, b: EmbeddingProfile): EmbeddingProfile {
  requireSameBasis('mergeProfiles(b)', a, b);
  const count = a.count + b.count;
  const share = count === 0 ? 0 : b.count / count;
  return {
    type: 'embedding',
    basis: a.basis,
    count,
    missing: a.missing + b.missing,
    meanNorm: a.meanNorm + share * (b.meanNorm - a.meanNorm),
    meanCosine: a.meanCosine + share * (b.meanCosine - a.meanCosine),
    sums: a.sums.map((sum, index) => sum + b.sums[index]!),
    ...(a.pairs === undefined || b.pairs === undefined
      ? {}
      : { pairs: a.pairs.map((sum, index) => sum + b.pairs![index]!) }),
  };
}

function mismatch(field: string, value: unknown, nextStep: string): KernelError {
  return new KernelError('PROFILE_MISMATCH', {
    place: `mergeProfiles(b).${field}`,
    value,
    nextStep,
  });
}
