import { describe, expect, it } from 'vitest';
import { increaseBy, modelIncrease } from '../src/rules/expressions.js';
import { ofModel, series } from './alert-scenario.js';
import { expectPassed, type InputSeries, promtoolMissing, runUnitTests } from './promtool.js';

const selector = 'job="modelmeter"';
const labels = '{job="modelmeter",model_name="m",model_version="1"}';

/** Calls of a replica, and whether its scrapes succeeded. */
function replica(calls: string, up: string, instance = 'a:8001'): InputSeries[] {
  return [
    ofModel('model_predictions_total', calls, { status: 'success' }, instance),
    series('up', up, { job: 'modelmeter', instance }),
  ];
}

async function expectCalls(
  input: readonly InputSeries[],
  expected: number,
  { at = '3h', range = '3h', interval = '1m' } = {},
): Promise<void> {
  expectPassed(
    await runUnitTests(
      [
        {
          interval,
          input_series: input,
          promql_expr_test: [
            {
              expr: modelIncrease('model_predictions_total', { selector, range }),
              eval_time: at,
              exp_samples: [{ labels, value: expected }],
            },
          ],
        },
      ],
      { files: ['increases.yaml'] },
    ),
  );
}

describe.skipIf(promtoolMissing !== undefined)('the sum of recorded steps', () => {
  it('is the increase of the counters of all replicas', async () => {
    await expectCalls(
      [...replica('0+7x200', '1x200'), ...replica('1000+3x200', '1x200', 'b:8001')],
      180 * 7 + 180 * 3,
    );
  });

  it('has no gap between steps: a batch after the last scrape of a step counts whole', async () => {
    // Scraped every 15 s; the step from 30m to 35m sees the batch in its first scrape only.
    await expectCalls(replica('0x120 1000x700', '1x820'), 1000, { interval: '15s' });
  });

  it('counts on when a replica restarts within a step', async () => {
    await expectCalls(replica('0+10x33 10+10x166', '1x200'), 180 * 10);
  });

  it('counts a series from zero that appears on a replica that was scraped before', async () => {
    await expectCalls(replica(`${'_ '.repeat(62)}40+10x137`, '1x200'), 40 + (180 - 62) * 10);
  });

  it('does not count what a replica had counted before its first scrape', async () => {
    const since = '_ '.repeat(60);
    await expectCalls(replica(`${since}5000+10x139`, `${since}1x139`), (180 - 60) * 10);
  });

  it('does not count the past again when scrapes fail for a while', async () => {
    const gap = 'stale '.repeat(10);
    // After minute 60, the next scrape that succeeds is that of minute 71.
    await expectCalls(
      replica(`5000+10x60 ${gap}5710+10x129`, `1x60 ${'0 '.repeat(10)}1x129`),
      // The ten calls of minute 70 are extrapolated; those of the ten minutes before are lost.
      600 + (180 - 70) * 10,
    );
  });
});

describe('a window', () => {
  it.each([
    ['1h', 'increase(model_targets_total{job="modelmeter"}[1h])'],
    ['2h', 'sum_over_time(model:model_targets:increase5m{job="modelmeter"}[2h:5m])'],
    ['1w', 'sum_over_time(model:model_targets:increase5m{job="modelmeter"}[1w:5m])'],
    ['$__range', 'increase(model_targets_total{job="modelmeter"}[$__range])'],
  ])('of %s is read from %s', (range, expected) => {
    expect(modelIncrease('model_targets_total', { selector, range })).toContain(`(${expected})`);
  });

  it('keeps its offset and its matchers', () => {
    expect(
      increaseBy(
        'by (job)',
        'model_targets_total',
        { selector, range: '1d', offset: '6h' },
        'a="b"',
      ),
    ).toBe(
      'sum by (job) (sum_over_time(model:model_targets:increase5m{job="modelmeter",a="b"}[1d:5m] offset 6h))',
    );
  });

  it('of a counter without steps is read from the counter', () => {
    expect(modelIncrease('model_monitor_errors_total', { selector, range: '1d' })).toContain(
      'increase(model_monitor_errors_total',
    );
  });
});
