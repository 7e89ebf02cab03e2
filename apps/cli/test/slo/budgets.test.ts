import { describe, expect, it } from 'vitest';
import { budgetTable } from '../../src/slo/budget-table.js';
import { type Budget, readBudgets } from '../../src/slo/budgets.js';
import type { Query, Sample } from '../../src/slo/prometheus.js';

const timeMs = Date.UTC(2026, 10, 27);
const model = { job: 'modelmeter', model_name: 'late-flights', model_version: '3' };

/** Answers from events by range, `[good, bad]` of each objective. */
function answering(
  objectives: Readonly<Record<string, number>>,
  events: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>>,
): { readonly query: Query; readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async query(expression) {
      asked.push(expression);
      const range = /\[(\w+)\]/.exec(expression)?.[1];
      if (range === undefined) {
        return Object.entries(objectives).map(([slo, value]) => ({
          labels: { ...model, slo },
          value,
        }));
      }
      return Object.entries(events[range] ?? {}).flatMap(([slo, [good, bad]]): Sample[] => [
        { labels: { ...model, slo, result: 'good' }, value: good },
        { labels: { ...model, slo, result: 'bad' }, value: bad },
      ]);
    },
  };
}

async function read(
  objectives: Parameters<typeof answering>[0],
  events: Parameters<typeof answering>[1],
): Promise<Budget[]> {
  return readBudgets(answering(objectives, events).query, { window: '30d', timeMs });
}

describe('the budgets of objectives', () => {
  it('have the share that is used, burn rates and the time that is left', async () => {
    const [budget] = await read(
      { errors: 0.99 },
      {
        '30d': { errors: [99_600, 400] },
        '3d': { errors: [9_980, 20] },
        '6h': { errors: [980, 20] },
        '1h': { errors: [90, 10] },
      },
    );
    expect(budget).toMatchObject({ slo: 'errors', good: 99_600, total: 100_000, state: 'ok' });
    expect(budget!.budgetUsed).toBeCloseTo(0.4, 10);
    expect(budget!.burnRates['3d']).toBeCloseTo(0.2, 10);
    expect(budget!.burnRates['6h']).toBeCloseTo(2, 10);
    expect(budget!.burnRates['1h']).toBeCloseTo(10, 10);
    // 60 % of the budget at twice the rate that uses it up in 30 days.
    expect(budget!.secondsToExhaustion).toBeCloseTo(9 * 86_400, 3);
  });

  it('count successful calls only against a latency', async () => {
    const [errors, latency] = await read(
      { errors: 0.99, latency_p95: 0.95 },
      { '30d': { errors: [900, 100], latency_p95: [870, 130] } },
    );
    expect(errors).toMatchObject({ good: 900, total: 1000, state: 'exhausted' });
    expect(latency).toMatchObject({ good: 870, total: 900 });
    expect(latency!.budgetUsed).toBeCloseTo(30 / 900 / 0.05, 10);
  });

  it.each([
    ['1h', [85, 15], 'burning'],
    ['6h', [95, 5], 'ok'],
    ['6h', [93, 7], 'burning'],
    ['3d', [989, 11], 'burning'],
  ] as const)('are burning or not by the bad events of %s: %j', async (range, counts, state) => {
    const [budget] = await read(
      { errors: 0.99 },
      { '30d': { errors: [9990, 10] }, [range]: { errors: counts } },
    );
    expect(budget!.state).toBe(state);
  });

  it('say that there were no events, and not that all is well', async () => {
    const [budget] = await read({ quality: 0.9 }, {});
    expect(budget).toMatchObject({
      total: 0,
      budgetUsed: null,
      burnRates: { '1h': null, '6h': null, '3d': null },
      secondsToExhaustion: null,
      state: 'no_events',
    });
    expect(budgetTable([budget!])).toContain('1 no_events');
  });

  it('are used up at once where every event is bad', async () => {
    const [budget] = await read({ quality: 0.9 }, { '30d': { quality: [0, 7] } });
    expect(budget).toMatchObject({ secondsToExhaustion: 0, state: 'exhausted' });
    expect(budget!.budgetUsed).toBeCloseTo(10, 10);
  });

  it('last where nothing is bad any more', async () => {
    const [budget] = await read(
      { quality: 0.9 },
      { '30d': { quality: [95, 5] }, '6h': { quality: [50, 0] } },
    );
    expect(budget!.secondsToExhaustion).toBeNull();
    expect(budgetTable([budget!])).toMatch(/ all +ok/);
  });

  it('ask for one job and one model with quotes escaped', async () => {
    const { query, asked } = answering({ errors: 0.9 }, {});
    await readBudgets(query, { window: '28d', timeMs, job: 'a"b', model: 'm\\n' });
    expect(asked).toHaveLength(5);
    for (const expression of asked) {
      expect(expression).toContain('{job="a\\"b",model_name="m\\\\n"}');
    }
    expect(asked.filter((expression) => expression.includes('[28d]'))).toHaveLength(1);
  });
});
