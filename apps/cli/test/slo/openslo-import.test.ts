import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { useCommand, useFolder } from '../support.js';

const folder = useFolder();
const { run, succeed } = useCommand(folder);

const models = (objectives: string): string => `
# The models of the team.
models:
  - name: Late_flights
    version: "3"
    type: external
    features: [{ name: origin, type: categorical }]
    outputs: { task: binary, score: probability } # by the day
    ${objectives}
  - name: prices
    type: external
    features: [{ name: origin, type: categorical }]
    outputs: { task: regression, value: price }
`;

/** An SLO with the query of its good events. */
function slo(
  name: string,
  query: string,
  objective: object,
  annotations: Record<string, string> = {},
): string {
  const source = { metricSource: { type: 'Prometheus', spec: { query } } };
  return `---\n${stringify({
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name, annotations },
    spec: {
      service: 'late-flights',
      indicator: { spec: { ratioMetric: { counter: true, good: source, total: source } } },
      budgetingMethod: 'Occurrences',
      objectives: [objective],
    },
  })}`;
}

async function imported(documents: string, config = models('')) {
  const objectives = await folder.write('objectives.yaml', documents);
  const path = await folder.write('config.yaml', config);
  return run(['slo', '--import', objectives, '--config', path]);
}

const errorsOf = (labels: string): string =>
  `sum(rate(model_slo_events_total{${labels},slo="errors",result="good"}[5m]))`;

describe('modelmeter slo --import', () => {
  it('reads back every objective that --export writes', async () => {
    const every = `objectives:
      success_objective: 0.995
      latency_objective: 0.98
      latency_p99_ms: 40
      latency_p95_ms: 12.5
      latency_p50_ms: 3
      quality_objective: 0.9
      quality_error_tolerance: 2.5
      drift_free_objective: 0.97
      freshness_objective: 0.8
      expected_target_delay: 36h`;
    const source = await folder.write('source.yaml', models(every));
    const { stdout: exported } = await succeed(['slo', '--export', 'openslo', '--config', source]);
    const { stdout, stderr, code } = await imported(exported);
    expect(stderr).toContain('9 imported, 0 left out');
    expect(code).toBe(0);
    const [flights] = parse(stdout).models;
    expect(flights.objectives).toEqual(parse(await readFile(source, 'utf8')).models[0].objectives);
    const again = await folder.write('again.yaml', stdout);
    expect((await succeed(['slo', '--export', 'openslo', '--config', again])).stdout).toBe(
      exported,
    );
  });

  it('changes only the objective, and keeps the comments', async () => {
    const query = errorsOf('model_version="3", model_name="Late_flights"');
    const { stdout, code } = await imported(slo('ours', query, { targetPercent: 99.9 }));
    expect(code).toBe(0);
    expect(parse(stdout).models[0].objectives).toEqual({ success_objective: 0.999 });
    expect(stdout).toContain('# The models of the team.');
    expect(stdout).toContain('# by the day');
    expect(parse(stdout).models[1]).toEqual(parse(models('')).models[1]);
  });

  it('follows an indicator that is a document of its own', async () => {
    const query = errorsOf('model_name="prices"');
    const source = { metricSource: { type: 'Prometheus', spec: { query } } };
    const indicator = {
      apiVersion: 'openslo/v1',
      kind: 'SLI',
      metadata: { name: 'price-calls' },
      spec: { ratioMetric: { counter: true, good: source, total: source } },
    };
    const reference = {
      apiVersion: 'openslo/v1',
      kind: 'SLO',
      metadata: { name: 'prices' },
      spec: { indicatorRef: 'price-calls', objectives: [{ target: 0.99 }] },
    };
    const { stdout } = await imported(`${stringify(reference)}---\n${stringify(indicator)}`);
    expect(parse(stdout).models[1].objectives).toEqual({ success_objective: 0.99 });
  });

  it.each([
    [
      'other counters',
      slo('web', 'sum(http_requests_total)', { target: 0.9 }),
      'model_slo_events_total',
    ],
    [
      'an unknown model',
      slo('x', errorsOf('model_name="none"'), { target: 0.9 }),
      'no model "none"',
    ],
    [
      'an unknown kind of objective',
      slo('x', 'model_slo_events_total{model_name="prices",slo="speed"}', { target: 0.9 }),
      'slo="speed" is not one of errors, latency',
    ],
    ['no target', slo('x', errorsOf('model_name="prices"'), {}), 'no target'],
    [
      'another share of the 95th percentile',
      slo('x', 'model_slo_events_total{model_name="prices",slo="latency_p95"}', { target: 0.9 }),
      'always 0.95',
    ],
    [
      'a threshold in place of a ratio',
      `apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: x }\nspec: { indicator: { spec: { thresholdMetric: {} } }, objectives: [{ target: 0.9 }] }`,
      'ratio of counters',
    ],
  ])('leaves out %s, says why and exits with 3', async (_, document, reason) => {
    const { code, stdout, stderr } = await imported(document);
    expect(code).toBe(3);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('0 imported, 1 left out');
    expect(stdout).toBe(models(''));
  });

  it('takes the version that the query names, and asks for it where there are several', async () => {
    const config = `${models('')}  - name: prices
    version: "2"
    type: external
    features: [{ name: origin, type: categorical }]
    outputs: { task: regression, value: price }
`;
    const unclear = await imported(
      slo('x', errorsOf('model_name="prices"'), { target: 0.9 }),
      config,
    );
    expect(unclear.stderr).toContain('model_version');
    const clear = await imported(
      slo('x', errorsOf('model_name="prices",model_version="2"'), { target: 0.9 }),
      config,
    );
    expect(parse(clear.stdout).models[2].objectives).toEqual({ success_objective: 0.9 });
  });

  it('refuses a target above 1, naming the place and the value', async () => {
    const { code, stderr } = await imported(
      slo('x', errorsOf('model_name="prices"'), { target: 99.9 }),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('models[1].objectives.success_objective');
    expect(stderr).toContain('99.9');
  });

  it('refuses what is not OpenSLO, and needs a configuration', async () => {
    const other = await imported('apiVersion: v1\nkind: Service\nmetadata: { name: x }\n');
    expect(other.stderr).toContain('document 1, apiVersion');
    const broken = await imported('{ kind: [\n');
    expect(broken.stderr).toContain('not valid YAML');
    const missing = await run(['slo', '--import', folder.path('none.yaml'), '--config', 'x.yaml']);
    expect(missing.stderr).toContain('none.yaml cannot be read');
    expect((await run(['slo', '--import', 'x.yaml'])).stderr).toContain('--config');
  });
});
