import { expect, it } from 'vitest';
import { ofModel } from '../../alerts/test/alert-scenario.js';
import { expectPassed, promtoolMissing, runUnitTests } from '../../alerts/test/promtool.js';
import { detector } from '../src/alert-rules.js';
import { drawCounts } from '../src/counts.js';
import { randomFor } from '../src/sampling.js';

const limit = 0.15;
const fallsAt = 36 * 12;
const steps = 54 * 12;

it.skipIf(promtoolMissing !== undefined)(
  'the recorded detector fires at the step at which the simulated one does',
  { timeout: 300_000 },
  async () => {
    const arrival = { perHour: 180, stepMinutes: 5, block: 5, correlation: 0.1 };
    const counts = drawCounts(randomFor(2024, 'agreement'), arrival, steps, (step) =>
      step < fallsAt ? 0.13 : 0.25,
    );
    const found = detector('outcomes')(counts, limit, 1).indexOf(1);
    expect(found).toBeGreaterThan(fallsAt);
    const good = counts.all.map((all, step) => all - counts.bad[step]!);
    const alerts = (step: number) => ({
      expr: 'count(sum without (odds) (model_score:model_quality_bad:e_detector) >= 1)',
      eval_time: `${step * arrival.stepMinutes}m`,
    });
    expectPassed(
      await runUnitTests(
        [
          {
            interval: '5m',
            input_series: [
              ofModel('model_outcomes_total', good.join(' '), { outcome: 'tp' }),
              ofModel('model_outcomes_total', counts.bad.join(' '), { outcome: 'fp' }),
              ofModel('model_quality_threshold', `0.85x${steps}`, {
                score: 'accuracy',
                direction: 'below',
              }),
            ],
            promql_expr_test: [
              { ...alerts(found - 1), exp_samples: [] },
              { ...alerts(found), exp_samples: [{ labels: '{}', value: 1 }] },
            ],
          },
        ],
        { files: ['increases.yaml', 'accuracy_drop.yaml'], evaluationInterval: '5m' },
      ),
    );
  },
);
