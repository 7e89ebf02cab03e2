import { largestShareOutside } from '@modelmeter/core/quality';
import type { FeatureProfile } from '@modelmeter/kernel/profiles';
import type { GroupProfile } from '../profile/profile-source.js';

/**
 * Why rows are too different from those of the reference to be estimated from them; undefined when
 * nothing is: a feature or the prediction lies outside of the reference in more than 5 % of the rows.
 *
 * @param profiled The rows on the grids of the reference; undefined when they were not profiled.
 * @param predictionsOutside Share of the predictions outside of those of the reference.
 */
export function outsideSupport(
  profiled: GroupProfile | undefined,
  predictionsOutside: number,
): { readonly reason: 'outside_support'; readonly message: string } | undefined {
  let [name, most] = ['', predictionsOutside];
  for (const [feature, profile] of profiled?.features ?? []) {
    const share = shareOutside(profile);
    if (share > most) [name, most] = [feature, share];
  }
  if (most <= largestShareOutside) return undefined;
  const percent = `${(100 * most).toFixed(most > 0.1 ? 0 : 1)} %`;
  const message =
    name === ''
      ? `${percent} of the predictions lie outside of those of the reference`
      : `${percent} of the rows have values of "${name}" that the reference does not have; if it is not a feature, leave it out with --exclude`;
  return { reason: 'outside_support', message };
}

/** Share of the values below the lowest or above the highest of the reference, or in no category of it. */
function shareOutside(profile: FeatureProfile): number {
  if (profile.count === 0 || profile.type === 'embedding') return 0;
  if (profile.type === 'categorical') return profile.other / profile.count;
  return (profile.counts[0]! + profile.counts.at(-1)!) / profile.count;
}
