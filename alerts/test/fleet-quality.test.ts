import { describe, it } from 'vitest';
import { ofModel } from './alert-scenario.js';
import { expectPassed, type InputSeries, promtoolMissing, runUnitTests } from './promtool.js';

const minutes = 90;
const labels = '{job="modelmeter",model_name="m",model_version="1"}';

/** Counters of one replica with their increase per minute and their labels. */
function counters(
  metric: string,
  perMinute: readonly (readonly [number, Readonly<Record<string, string>>])[],
  { instance = 'a:8001', restartsAt = undefined as number | undefined } = {},
): InputSeries[] {
  return perMinute.map(([amount, own]) =>
    ofModel(
      metric,
      restartsAt === undefined
        ? `0+${amount}x${minutes}`
        : `0+${amount}x${restartsAt} ${amount}+${amount}x${minutes - restartsAt - 1}`,
      own,
      instance,
    ),
  );
}

const binary = (
  tp: number,
  fp: number,
  tn: number,
  fn: number,
  options?: Parameters<typeof counters>[2],
): InputSeries[] =>
  counters(
    'model_outcomes_total',
    [
      [tp, { outcome: 'tp' }],
      [fp, { outcome: 'fp' }],
      [tn, { outcome: 'tn' }],
      [fn, { outcome: 'fn' }],
    ],
    options,
  );

const multiclass = (
  outcomes: Readonly<Record<string, readonly [tp: number, fp: number, fn: number]>>,
): InputSeries[] =>
  Object.entries(outcomes).flatMap(([name, [tp, fp, fn]]) =>
    counters('model_class_outcomes_total', [
      [tp, { class: name, outcome: 'tp' }],
      [fp, { class: name, outcome: 'fp' }],
      [fn, { class: name, outcome: 'fn' }],
    ]),
  );

async function expectRecorded(
  input: readonly InputSeries[],
  scores: Readonly<Record<string, number | undefined>>,
): Promise<void> {
  const tests = Object.entries(scores).map(([score, value]) => ({
    expr:
      value === undefined
        ? `model:${score}:increase_quality_window`
        : `abs(model:${score}:increase_quality_window - ${value}) < bool 1e-9`,
    eval_time: '80m',
    exp_samples: value === undefined ? [] : [{ labels, value: 1 }],
  }));
  expectPassed(
    await runUnitTests([{ input_series: input, promql_expr_test: tests }], {
      files: ['fleet.yaml'],
      evaluationInterval: '10m',
    }),
  );
}

describe.skipIf(promtoolMissing !== undefined)('the recorded quality of a fleet', () => {
  it('divides sums of outcomes of binary classifiers, restarts included', async () => {
    const tp = 10 + 1;
    const fp = 2 + 3;
    const tn = 30 + 0;
    const fn = 5 + 1;
    await expectRecorded(
      [...binary(10, 2, 30, 5), ...binary(1, 3, 0, 1, { instance: 'b:8001', restartsAt: 47 })],
      {
        model_targets: 60 * (tp + fp + tn + fn),
        model_accuracy_score: (tp + tn) / (tp + fp + tn + fn),
        model_precision_score: tp / (tp + fp),
        model_recall_score: tp / (tp + fn),
        model_f1_score: (2 * tp) / (2 * tp + fp + fn),
        model_mean_absolute_error: undefined,
        model_root_mean_squared_error: undefined,
      },
    );
  });

  it('omits undefined scores', async () => {
    await expectRecorded(binary(0, 0, 7, 0), {
      model_accuracy_score: 1,
      model_precision_score: undefined,
      model_recall_score: undefined,
      model_f1_score: undefined,
    });
    await expectRecorded(binary(0, 0, 0, 0), {
      model_targets: 0,
      model_accuracy_score: undefined,
    });
  });

  it('averages over the classes that occur, as predicted or as target', async () => {
    const classes = {
      a: [6, 2, 1],
      b: [3, 1, 2],
      never: [0, 0, 0],
      wrong: [0, 1, 0],
      lost: [0, 0, 1],
    } as const;
    const precisions = [6 / 8, 3 / 4, 0, 0];
    const recalls = [6 / 7, 3 / 5, 0, 0];
    const f1s = [12 / 15, 6 / 9, 0, 0];
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    await expectRecorded(multiclass(classes), {
      model_targets: 60 * (7 + 5 + 1),
      model_accuracy_score: 9 / 13,
      model_precision_score: mean(precisions),
      model_recall_score: mean(recalls),
      model_f1_score: mean(f1s),
    });
  });

  it('divides the errors of regressions by the targets of all replicas', async () => {
    const regression = (absolute: number, squared: number, targets: number, instance: string) => [
      ...counters('model_absolute_error_total', [[absolute, {}]], { instance }),
      ...counters('model_squared_error_total', [[squared, {}]], { instance }),
      ...counters(
        'model_targets_total',
        [
          [targets, { status: 'matched' }],
          [9, { status: 'unmatched' }],
        ],
        { instance },
      ),
    ];
    await expectRecorded([...regression(30, 90, 10, 'a:8001'), ...regression(2, 8, 30, 'b:8001')], {
      model_targets: 60 * 40,
      model_mean_absolute_error: 32 / 40,
      model_root_mean_squared_error: Math.sqrt(98 / 40),
      model_accuracy_score: undefined,
    });
  });
});
