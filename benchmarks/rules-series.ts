import { alternatives } from '@modelmeter/alerts/detector';
import { recordedSteps } from '@modelmeter/alerts/steps';

/** Series of a fleet as its rules read them: counters of replicas, and steps recorded from them. */

export interface FleetSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds between two samples. */
  readonly step: number;
  /** How far back the samples go, in seconds. */
  readonly history: number;
  /** The value so many seconds after the start. */
  readonly valueAt: (seconds: number) => number;
}

export const replicasPerModel = 5;
const features = 5;
const bins = 10;
const scrapeSeconds = 15;
const stepSeconds = 300;

/** Label values of the counters that are not those of a model. */
const values: Readonly<Record<string, readonly string[]>> = {
  status: ['success', 'error', 'matched', 'unmatched'],
  outcome: ['tp', 'fp', 'tn', 'fn'],
  slo: ['errors', 'latency'],
  result: ['good', 'bad'],
  class: ['a', 'b'],
  feature: Array.from({ length: features }, (_, index) => `f${index}`),
  reference_id: ['r1'],
  le: [...Array.from({ length: bins - 1 }, (_, index) => `${index + 1}.0`), '+Inf'],
  category: Array.from({ length: bins }, (_, index) => `c${index}`),
};

/** Every series of so many model-replicas: an hour of counters, and so many days of steps. */
export function fleetSeries(modelReplicas: number, days: number): FleetSeries[] {
  const series: FleetSeries[] = [];
  for (let replica = 0; replica < modelReplicas; replica += 1) {
    const labels = {
      job: 'modelmeter',
      model_name: `m${Math.floor(replica / replicasPerModel)}`,
      model_version: '1',
    };
    const isFirst = replica % replicasPerModel === 0;
    const instance = `r${replica}:8001`;
    for (const { counter, record, labels: names } of recordedSteps) {
      for (const own of combinations(names.filter((name) => !(name in labels)))) {
        const rate = 0.1 + (series.length % 7) / 3;
        series.push({
          labels: { __name__: counter, ...labels, instance, ...own },
          step: scrapeSeconds,
          history: 3600,
          valueAt: (seconds) => Math.floor(rate * seconds),
        });
        if (!isFirst) continue;
        series.push({
          labels: { __name__: record, ...labels, ...own },
          step: stepSeconds,
          history: days * 86_400,
          valueAt: () => Math.floor(rate * stepSeconds * replicasPerModel),
        });
      }
    }
    for (const gauge of gauges(labels, instance)) series.push(gauge);
    if (isFirst) series.push(...detectorLevels(labels, days));
  }
  return series;
}

function combinations(names: readonly string[]): Readonly<Record<string, string>>[] {
  return names.reduce<Record<string, string>[]>(
    (all, name) =>
      all.flatMap((one) => (values[name] ?? ['x']).map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** What the rules compare with: thresholds, and the shares of the reference. */
function gauges(labels: Readonly<Record<string, string>>, instance: string): FleetSeries[] {
  const gauge = (name: string, value: number, own: Readonly<Record<string, string>> = {}) => ({
    labels: { __name__: name, ...labels, instance, ...own },
    step: scrapeSeconds,
    history: 3600,
    valueAt: () => value,
  });
  const ofFeature = { reference_id: 'r1' };
  return [
    { ...gauge('up', 1), labels: { __name__: 'up', job: labels.job!, instance } },
    gauge('model_info', 1, { runtime: 'onnx', reference_id: 'r1' }),
    gauge('model_slo_objective_ratio', 0.99, { slo: 'errors' }),
    gauge('model_slo_objective_ratio', 0.99, { slo: 'latency' }),
    gauge('model_slo_accuracy_threshold_ratio', 0.85),
    gauge('model_slo_error_rate_threshold_ratio', 0.01),
    gauge('model_quality_minimum_samples', 100),
    gauge('model_quality_threshold', 0.85, { score: 'accuracy', direction: 'below' }),
    ...values.feature!.flatMap((feature) => [
      gauge('model_feature_reference_samples', 10_000, { ...ofFeature, feature }),
      gauge('model_feature_reference_missing_ratio', 0, { ...ofFeature, feature }),
      ...values.le!.map((upper, index) =>
        gauge('model_feature_reference_ratio', 1 / bins, {
          ...ofFeature,
          feature,
          lower: index === 0 ? '-Inf' : values.le![index - 1]!,
          upper,
        }),
      ),
    ]),
  ];
}

/** The levels that the detectors of a model read from the steps before. */
function detectorLevels(labels: Readonly<Record<string, string>>, days: number): FleetSeries[] {
  const records = [
    { __name__: 'model_score:model_quality_bad:e_detector', score: 'accuracy' },
    ...values.slo!.map((slo) => ({ __name__: 'model_slo:bad_calls:e_detector', slo })),
  ];
  return records.flatMap((record) =>
    alternatives.map(({ odds }) => ({
      labels: { ...labels, ...record, odds: String(odds) },
      step: stepSeconds,
      history: days * 86_400,
      valueAt: () => 1e-3,
    })),
  );
}

/** The samples of a series between two times, in seconds before the end. */
export function samplesOf(
  { step, history, valueAt }: FleetSeries,
  { fromSeconds, toSeconds, endMs }: { fromSeconds: number; toSeconds: number; endMs: number },
): { readonly timesMs: number[]; readonly values: number[] } {
  const timesMs: number[] = [];
  const found: number[] = [];
  const first = Math.floor(Math.min(history, fromSeconds) / step) * step;
  for (let before = first; before >= toSeconds; before -= step) {
    if (before === fromSeconds && before !== first) continue;
    timesMs.push(endMs - before * 1000);
    found.push(valueAt(history - before));
  }
  return { timesMs, values: found };
}
