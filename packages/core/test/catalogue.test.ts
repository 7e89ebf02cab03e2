import { describe, expect, it } from 'vitest';
import {
  catalogue,
  driftRunBuckets,
  latencyBuckets,
  type MetricDeclaration,
  targetDelayBuckets,
} from '../src/catalogue.js';

const declarations: [string, MetricDeclaration][] = Object.entries(catalogue);

describe.each(declarations)('%s', (name, declaration) => {
  it('starts with model_, gpu_ or system_ and is snake_case', () => {
    expect(name).toMatch(/^(model|gpu|system)_[a-z0-9]+(_[a-z0-9]+)*$/);
  });

  it('ends in _total if and only if it is a counter', () => {
    expect(name.endsWith('_total')).toBe(declaration.type === 'counter');
  });

  it('does not end like a series of a histogram', () => {
    expect(name).not.toMatch(/_(bucket|sum|count)$/);
  });

  it('contains only base units', () => {
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|hours|percent|kilobytes)(_|$)/);
  });

  it('has a help of one sentence that ends with a dot', () => {
    expect(declaration.help).toMatch(/^[A-Z0-9A-Za-z].{10,}\.$/);
  });

  it('has distinct snake_case labels that no histogram reserves', () => {
    expect(new Set(declaration.labels).size).toBe(declaration.labels.length);
    for (const label of declaration.labels) {
      expect(label).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(['le', 'quantile', 'job', 'instance']).not.toContain(label);
    }
  });

  it('declares the values of its own labels only, each once', () => {
    for (const [label, values] of Object.entries(declaration.values ?? {})) {
      expect(declaration.labels).toContain(label);
      expect(values.length).toBeGreaterThan(1);
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('does not share its OpenMetrics name with another metric or one of its series', () => {
    const familyOf = (metric: string): string => metric.replace(/_total$/, '');
    const reserved = ['', '_total', '_created', '_bucket', '_sum', '_count', '_info'];
    const others = declarations.flatMap(([other]) => (other === name ? [] : [familyOf(other)]));
    for (const suffix of reserved) expect(others).not.toContain(`${familyOf(name)}${suffix}`);
  });

  it('is added up across processes if it is a counter or a histogram', () => {
    if (declaration.type !== 'gauge') expect(declaration.aggregator).toBe('sum');
  });
});

it('the catalogue does not add up scores or ratios', () => {
  const perProcess = /_(score|ratio|error|distance|statistic|psi|value|threshold|info|ready)$/;
  for (const [name, { type, aggregator }] of declarations) {
    if (type === 'gauge' && perProcess.test(name)) expect([name, aggregator]).not.toContain('sum');
  }
});

it('every histogram in the catalogue has ascending bucket bounds', () => {
  for (const bounds of [latencyBuckets, targetDelayBuckets, driftRunBuckets]) {
    expect(bounds).toEqual([...new Set(bounds)].sort((a, b) => a - b));
  }
});
