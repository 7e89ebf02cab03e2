import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { useCommand, useFolder } from '../support.js';

const folder = useFolder();
const { run, succeed } = useCommand(folder);

/** The parts of an OpenSLO object that the test reads. */
interface OpenSloObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly service?: string;
    readonly indicator?: {
      readonly spec: {
        readonly ratioMetric: Readonly<Record<'good' | 'total', Readonly<Record<string, Source>>>>;
      };
    };
    readonly objectives?: readonly { readonly target: number }[];
    readonly alertPolicies?: readonly string[];
    readonly conditions?: readonly unknown[];
  };
}

interface Source {
  readonly type: string;
  readonly spec: { readonly query: string };
}

const config = `
alerts: { success_objective: 0.999, latency_p95_ms: 50 }
models:
  - name: Late_flights
    version: "3"
    type: external
    features: [{ name: origin, type: categorical }]
    outputs: { task: binary, score: probability }
    objectives: { success_objective: 0.99, quality_objective: 0.9 }
  - name: prices
    type: external
    features: [{ name: origin, type: categorical }]
    outputs: { task: regression, value: price }
`;

async function exported(): Promise<OpenSloObject[]> {
  const path = await folder.write('config.yaml', config);
  const { stdout } = await succeed(['slo', '--export', 'openslo', '--config', path]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as OpenSloObject);
}

describe('modelmeter slo --export openslo', () => {
  it('has a service for each model and an SLO for each objective that is set', async () => {
    const objects = await exported();
    const namesOf = (kind: string): string[] =>
      objects.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
    expect(namesOf('Service')).toEqual(['late-flights', 'prices']);
    expect(namesOf('AlertPolicy')).toEqual(['burn-1h', 'burn-6h', 'burn-3d']);
    expect(namesOf('SLO')).toEqual([
      'late-flights-3-errors',
      'late-flights-3-latency',
      'late-flights-3-latency-p95',
      'late-flights-3-quality',
      'prices-1-errors',
      'prices-1-latency',
      'prices-1-latency-p95',
    ]);
    for (const { apiVersion, metadata } of objects) {
      expect(apiVersion).toBe('openslo/v1');
      expect(metadata.name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    }
  });

  it('refers to services and policies that it has, each with one condition', async () => {
    const objects = await exported();
    const names = objects.map(({ metadata }) => metadata.name);
    for (const { kind, spec } of objects) {
      if (kind === 'AlertPolicy') expect(spec.conditions).toHaveLength(1);
      if (kind !== 'SLO') continue;
      expect(names).toContain(spec.service);
      for (const policy of spec.alertPolicies ?? []) expect(names).toContain(policy);
    }
  });

  it('takes the objective of the model and the events of the counters', async () => {
    const objects = await exported();
    const slo = (name: string): OpenSloObject['spec'] =>
      objects.find(({ metadata }) => metadata.name === name)!.spec;
    expect(slo('late-flights-3-errors').objectives?.[0]?.target).toBe(0.99);
    expect(slo('prices-1-errors').objectives?.[0]?.target).toBe(0.999);
    const { good, total } = slo('late-flights-3-latency-p95').indicator!.spec.ratioMetric;
    const of = 'model_name="Late_flights",model_version="3"';
    expect(good.metricSource).toEqual({
      type: 'Prometheus',
      spec: { query: `sum(model_slo_events_total{${of},slo="latency_p95",result="good"})` },
    });
    // Failed calls are bad for every latency; the good ones of errors are all that succeed.
    expect(total.metricSource?.spec.query).toBe(
      `sum(model_slo_events_total{${of},slo="errors",result="good"})`,
    );
  });

  it('needs a configuration, as the budgets need a Prometheus', async () => {
    expect((await run(['slo', '--export', 'openslo'])).stderr).toContain('--config');
    expect((await run(['slo'])).stderr).toContain('--prometheus http://localhost:9090');
  });
});
