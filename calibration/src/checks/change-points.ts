import { changePoints } from '@modelmeter/kernel/statistics';
import type { AnnotatedSeries } from '../data/annotated-series.js';
import { type Row, score } from '../row.js';

/** A change is found when it is named at most so many values away. */
const margin = 5;
/** Mean F1 that the segmentation of a whole series must reach. */
const leastOffline = 0.738;

/**
 * Mean F1 of the changes that are found in annotated series: by the segmentation of the whole series,
 * as reports show it, and as the series arrives, when a change counts where it is first named. Next to
 * them what it is worth to name none.
 */
export function changePointRows(series: readonly AnnotatedSeries[]): Row[] {
  const meanOf = (find: (values: Float64Array) => readonly number[]): number =>
    series.reduce((sum, one) => sum + scoreOf(one, find(one.values)), 0) / series.length;
  const never = meanOf(() => []);
  const arriving = meanOf(changesAsTheyArrive);
  const offline = meanOf((values) => changePoints(values));
  return [
    { check: 'no change at all', measured: score(never), goal: '' },
    {
      check: 'changes named as the series arrives',
      measured: score(arriving),
      goal: 'above no change',
      met: arriving > never,
    },
    {
      check: 'changes of the whole series',
      measured: score(offline),
      goal: `≥ ${leastOffline}`,
      met: offline >= leastOffline,
    },
  ];
}

/** How to read the lines. */
export const changePointNotes: readonly string[] = [
  `Mean F1 with a margin of ${margin} values: precision by the changes of any annotator, recall by annotator, averaged.`,
  'The start of a series counts as a change that all have found.',
];

/** The places at which a change is first named, looking again after every value. */
export function changesAsTheyArrive(values: Float64Array): number[] {
  const named: number[] = [];
  for (let end = 1; end <= values.length; end += 1) {
    for (const change of changePoints(values.subarray(0, end))) {
      if (named.every((known) => Math.abs(known - change) > margin)) named.push(change);
    }
  }
  return named;
}

/**
 * F1 of found changes, 0 to 1. Source: van den Burg and Williams 2020, "An Evaluation of Change Point
 * Detection Algorithms", section 3.3.
 */
export function scoreOf({ annotations }: AnnotatedSeries, found: readonly number[]): number {
  const named = [...new Set([0, ...found])];
  const marked = annotations.map((changes) => [...new Set([0, ...changes])]);
  const precision = matched([...new Set(marked.flat())], named) / named.length;
  const recall =
    marked.reduce((sum, changes) => sum + matched(changes, named) / changes.length, 0) /
    marked.length;
  return (2 * precision * recall) / (precision + recall);
}

/** How many marked changes have a named one of their own within the margin. */
function matched(marked: readonly number[], named: readonly number[]): number {
  const left = new Set(named);
  let count = 0;
  for (const change of [...marked].sort((a, b) => a - b)) {
    const [closest] = [...left]
      .filter((other) => Math.abs(other - change) <= margin)
      .sort((a, b) => Math.abs(a - change) - Math.abs(b - change));
    if (closest === undefined) continue;
    left.delete(closest);
    count += 1;
  }
  return count;
}
