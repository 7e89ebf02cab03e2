import type { FeatureDrift } from '@modelmeter/core';
import { type SizeOfShift, scoreName, sizeText } from '@modelmeter/core/drift';

/** A size of a shift as texts: `PSI`, `0.31`, `0.22 to 0.42`. */
export interface SizeWords {
  readonly name: string;
  readonly estimate: string;
  readonly interval: string;
  readonly thresholds: { readonly investigate: string; readonly drift: string };
}

/** The sizes that decide about a feature, the one that decided first. */
export function sizesOf({
  effects,
  statistic,
}: Pick<FeatureDrift, 'effects' | 'statistic'>): SizeWords[] {
  const names = Object.keys(effects);
  return names
    .sort((a, b) => Number(b === statistic) - Number(a === statistic))
    .map((name) => sizeWords(name, effects[name]!));
}

export function sizeWords(statistic: string, effect: SizeOfShift): SizeWords {
  const { estimate, low, high, thresholds } = effect;
  const text = (size: number): string => sizeText(statistic, size);
  return {
    name: scoreName(statistic),
    estimate: text(estimate),
    // The unit, if there is one, is written once.
    interval: `${text(low).replace(/ points$/, '')} to ${text(high)}`,
    thresholds: { investigate: text(thresholds.investigate), drift: text(thresholds.drift) },
  };
}

/**
 * How far the size that decided reaches, as a share of its drift threshold; -1 where it was not
 * measured.
 */
export function reachOf({ effects, statistic }: FeatureDrift): number {
  const size = effects[statistic];
  return size === undefined ? -1 : size.estimate / size.thresholds.drift;
}

/** The adjusted p-value; undefined when the samples could not be compared. */
export function decidedPValue({
  compared,
  adjustedPValue,
}: Pick<FeatureDrift, 'compared' | 'adjustedPValue'>): number | undefined {
  return compared ? adjustedPValue : undefined;
}
