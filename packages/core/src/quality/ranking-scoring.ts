import { isNameList } from '../prediction.js';
import type { OutputsOf } from '../settings/outputs.js';
import type { Intervals } from './intervals.js';
import { enterMean } from './mean-scores.js';
import { addMeans, meanAt, sumsPerMean } from './mean-sums.js';
import { outputBlock } from './output-numbers.js';
import { createScoreSheet } from './score-sheet.js';
import type { Scoring } from './scoring.js';

const means = ['ndcg', 'hit_rate', 'mean_reciprocal_rank'] as const;

/**
 * Scores of the first k items of a ranking against the relevant items.
 *
 * Gains are linear, discounted by log2(1 + rank) (Järvelin and Kekäläinen 2002). An item that comes
 * again in a ranking counts at its first place. A row without relevant items scores 0.
 */
export function createRankingScoring(
  outputs: OutputsOf<'ranking'>,
  intervals: Intervals,
): Scoring<readonly string[], ReadonlyMap<string, number>> {
  const { k } = outputs;
  const discounts = Float64Array.from({ length: k }, (_, place) => 1 / Math.log2(place + 2));

  function fill(
    values: Float64Array,
    items: readonly string[],
    gains: ReadonlyMap<string, number>,
  ): void {
    let gained = 0;
    let first = 0;
    for (let place = 0; place < items.length; place += 1) {
      const item = items[place]!;
      const gain = gains.get(item) ?? 0;
      if (gain === 0 || items.indexOf(item) < place) continue;
      gained += gain * discounts[place]!;
      if (first === 0) first = place + 1;
    }
    const best = Float64Array.from(gains.values()).sort();
    let ideal = 0;
    for (let place = 0; place < Math.min(k, best.length); place += 1) {
      ideal += best[best.length - 1 - place]! * discounts[place]!;
    }
    values[0] = ideal === 0 ? 0 : Math.min(1, gained / ideal);
    values[1] = first === 0 ? 0 : 1;
    values[2] = first === 0 ? 0 : 1 / first;
  }

  const scratch = new Float64Array(means.length);
  return {
    width: sumsPerMean * means.length,
    means,
    readOutputs(blocks, rows) {
      const data = outputBlock(outputs, blocks)?.data;
      const columns = data === undefined ? 0 : data.length / rows;
      if (data === undefined || !Number.isInteger(columns)) return undefined;
      return Array.from({ length: rows }, (_, row) => {
        const items: string[] = [];
        for (let column = 0; column < columns && items.length < k; column += 1) {
          const item = data[row * columns + column];
          if (item !== null && item !== undefined) items.push(String(item));
        }
        return items;
      });
    },
    readTarget(value) {
      if (typeof value !== 'object') return undefined;
      if (isNameList(value)) return new Map(value.map((item) => [String(item), 1]));
      const gains = Object.entries(value);
      const areGains = gains.every(([, gain]) => Number.isFinite(gain) && gain >= 0);
      return areGains ? new Map(gains) : undefined;
    },
    add(sums, output, target) {
      fill(scratch, output, target);
      addMeans(sums, scratch);
    },
    outcome(output, target) {
      const values = new Float64Array(means.length);
      fill(values, output, target);
      return { task: 'ranking', values };
    },
    scores(sums) {
      const sheet = createScoreSheet(meanAt(sums, 0).count);
      for (const [index, name] of means.entries()) {
        enterMean(sheet, name, meanAt(sums, index), intervals);
      }
      return sheet;
    },
  };
}
