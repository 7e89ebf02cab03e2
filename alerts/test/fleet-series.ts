import type { InputSeries } from './promtool.js';

/** Rows per exported bin; the last is missing, for categories after `__other__` and `__unseen__`. */
export type BinRows = readonly number[];

export interface FleetFeature {
  readonly name: string;
  readonly type: 'numeric' | 'categorical';
  readonly reference: BinRows;
}

/** The counters of a feature on one replica. */
export interface Replica {
  readonly instance: string;
  readonly referenceId: string;
  /** Rows counted per minute. */
  readonly rowsPerMinute: BinRows;
  /** Minute at which it restarts with empty counters. */
  readonly restartsAt?: number;
  /** Minute of its last scrape. */
  readonly endsAt?: number;
}

const lastMinute = 130;

/** The series of a feature on a replica, as input of promtool with one scrape per minute. */
export function seriesOf(feature: FleetFeature, replica: Replica): InputSeries[] {
  const { name, type, reference } = feature;
  const labels = `job="modelmeter",instance="${replica.instance}",model_name="m",model_version="1",feature="${name}",reference_id="${replica.referenceId}"`;
  const end = replica.endsAt ?? lastMinute;
  const gauge = (metric: string, value: number, matchers = ''): InputSeries => ({
    series: `${metric}{${labels}${matchers}}`,
    values: `${value}x${end}`,
  });
  const counter = (metric: string, perMinute: number, matchers = ''): InputSeries => {
    const restart = replica.restartsAt;
    return {
      series: `${metric}{${labels}${matchers}}`,
      values:
        restart === undefined
          ? `0+${perMinute}x${end}`
          : `0+${perMinute}x${restart} ${perMinute}+${perMinute}x${end - restart - 1}`,
    };
  };
  const rows = sum(reference);
  const rates = replica.rowsPerMinute;
  const series = [
    gauge('model_feature_reference_samples', rows),
    gauge('model_feature_reference_missing_ratio', reference.at(-1)! / rows),
    counter('model_feature_missing_total', rates.at(-1)!),
  ];
  if (type === 'categorical') {
    for (const [bin, category] of categories(reference.length).entries()) {
      const matchers = `,category="${category}"`;
      series.push(
        gauge('model_feature_reference_category_ratio', reference[bin]! / rows, matchers),
        counter('model_feature_category_total', rates[bin]!, matchers),
      );
    }
    return series;
  }
  const edges = ['-Inf', ...reference.slice(2).map((_, index) => `${index + 1}.0`), '+Inf'];
  for (let bin = 0; bin < reference.length - 1; bin += 1) {
    const upper = edges[bin + 1]!;
    const upTo = (counts: BinRows): number => sum(counts.slice(0, bin + 1));
    series.push(
      gauge(
        'model_feature_reference_ratio',
        reference[bin]! / rows,
        `,lower="${edges[bin]!}",upper="${upper}"`,
      ),
      gauge(
        'model_feature_reference_cumulative_ratio',
        upTo(reference) / rows,
        `,upper="${upper}"`,
      ),
      counter('model_feature_value_bucket', upTo(rates), `,le="${upper}"`),
    );
  }
  return series;
}

function categories(bins: number): string[] {
  const names = Array.from({ length: bins - 3 }, (_, index) => `name ${index}`);
  return [...names, '__other__', '__unseen__', '__missing__'];
}

function sum(counts: BinRows): number {
  return counts.reduce((all, rows) => all + rows, 0);
}
