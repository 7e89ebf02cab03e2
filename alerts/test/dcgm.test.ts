import { describe, it } from 'vitest';
import { series } from './alert-scenario.js';
import { expectPassed, promtoolMissing, runUnitTests } from './promtool.js';

describe.skipIf(promtoolMissing !== undefined)('the series of dcgm-exporter', () => {
  const dcgm = {
    job: 'dcgm',
    instance: 'g:9400',
    gpu: '1',
    UUID: 'GPU-7',
    modelName: 'NVIDIA L4',
    Hostname: 'g',
  };
  const blank = '9223372036854775794';
  const labels = '{job="dcgm",instance="g:9400",gpu="1",uuid="GPU-7",name="NVIDIA L4"}';
  const sample = (expr: string, value?: number) => ({
    expr,
    eval_time: '5m',
    exp_samples: value === undefined ? [] : [{ labels: `${expr}${labels}`, value }],
  });

  it('are recorded under the names and units of our own collector, once per GPU', async () => {
    const verdict = await runUnitTests(
      [
        {
          input_series: [
            // Two pods share the GPU: dcgm-exporter repeats its series with the names of both.
            series('DCGM_FI_DEV_GPU_UTIL', '40x10', { ...dcgm, pod: 'p1' }),
            series('DCGM_FI_DEV_GPU_UTIL', '40x10', { ...dcgm, pod: 'p2' }),
            series('DCGM_FI_DEV_FB_USED', '1000x10', dcgm),
            series('DCGM_FI_DEV_FB_FREE', '20000x10', dcgm),
            series('DCGM_FI_DEV_FB_RESERVED', '500x10', dcgm),
            series('DCGM_FI_DEV_GPU_TEMP', '61x10', dcgm),
            series('DCGM_FI_DEV_POWER_USAGE', '70.5x10', dcgm),
          ],
          promql_expr_test: [
            sample('gpu_utilization_ratio', 0.4),
            sample('gpu_memory_used_bytes', 1000 * 1_048_576),
            sample('gpu_memory_total_bytes', 21_500 * 1_048_576),
            sample('gpu_temperature_celsius', 61),
            sample('gpu_power_watts', 70.5),
          ],
        },
      ],
      { files: ['resources.yaml'] },
    );
    expectPassed(verdict);
  });

  it('are left out where blank, and work without the series that older drivers lack', async () => {
    const verdict = await runUnitTests(
      [
        {
          input_series: [
            series('DCGM_FI_DEV_GPU_UTIL', `${blank}x10`, dcgm),
            series('DCGM_FI_DEV_FB_USED', '1000x10', dcgm),
            series('DCGM_FI_DEV_FB_FREE', '20000x10', dcgm),
            series('DCGM_FI_DEV_GPU_TEMP', `${blank}x10`, dcgm),
          ],
          promql_expr_test: [
            sample('gpu_utilization_ratio'),
            sample('gpu_memory_total_bytes', 21_000 * 1_048_576),
            sample('gpu_temperature_celsius'),
            sample('gpu_power_watts'),
          ],
        },
      ],
      { files: ['resources.yaml'] },
    );
    expectPassed(verdict);
  });
});
