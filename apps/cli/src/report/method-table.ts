import { type MethodFeature, type MethodResult, methodTitle } from '../method/method-result.js';
import { alignedColumns, readingLines } from './drift-table.js';

/** The verdict of another package's method for a terminal, one line per feature, drift first. */
export function methodTable(result: MethodResult): string {
  const { reference, current, features, driftedFeatures, undecided, state } = result;
  const drifted = driftedFeatures.length === 0 ? '' : `: ${driftedFeatures.join(', ')}`;
  const lines = [
    ...undecided.map((reason) => `UNDECIDED: ${reason}`),
    `method     ${methodTitle(result)} at its defaults; the decision of Modelmeter is not applied`,
    `reference  ${reference.source}  ${reference.rows.toLocaleString('en')} rows`,
    `current    ${current.source}  ${current.rows.toLocaleString('en')} rows`,
    '',
    ...alignedColumns([
      ['feature', 'state', 'statistic', 'score', 'threshold', ''],
      ...byVerdict(features).map(lineOf),
    ]),
    ...readingLines('reference', reference),
    ...readingLines('current', current),
    '',
    `state ${state}${drifted}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Features in drift first, then in the order of the columns. */
export function byVerdict(features: readonly MethodFeature[]): MethodFeature[] {
  const rank = ({ state }: MethodFeature): number => (state === 'drift' ? 0 : 1);
  return [...features].sort((a, b) => rank(a) - rank(b));
}

/** Why there is no verdict, or how many chunks are beyond the threshold. */
export function remark({ reason, chunks }: MethodFeature): string {
  if (reason !== undefined) return reason;
  if (chunks === undefined) return '';
  return `${chunks.filter(({ drifted }) => drifted).length} of ${chunks.length} chunks drift`;
}

function lineOf(feature: MethodFeature): string[] {
  const { name, state, statistic = '–', score, threshold } = feature;
  return [name, state, statistic, figure(score), figure(threshold), remark(feature)];
}

function figure(value: number | undefined): string {
  if (value === undefined) return '–';
  return value > 0 && value < 0.0001 ? '<0.0001' : value.toFixed(4);
}
