import type { FeatureDrift } from '@modelmeter/core';

/** What the rows were compared with, where times are known on both sides. */
export function ordinarySentence(features: readonly FeatureDrift[]): string | undefined {
  const inTime = features.flatMap(({ ordinary }) => (ordinary === undefined ? [] : [ordinary]));
  const [first] = inTime;
  if (first === undefined) return undefined;
  const hours =
    first.period === 'week' ? 'the same hours of the week' : 'the same hours of the day';
  const compared =
    inTime.length === features.length ? '' : ` (${inTime.length} of ${features.length} features)`;
  return `compared with ${hours} in ${first.periods} periods of the reference${compared}; drift is what moves more than they do`;
}
