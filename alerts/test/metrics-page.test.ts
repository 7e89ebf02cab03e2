import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { queryProblems } from '../src/checks/check-query.js';

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
const queries = [...page.matchAll(/^- fleet: `(.+)`$/gm)].map(([, query]) => query!);

describe('docs/metrics.md', () => {
  it('has queries', () => {
    expect(queries.length).toBeGreaterThan(50);
  });

  it.each(queries)('has the query %s over metrics and labels of the catalogue', (query) => {
    expect(queryProblems(query)).toEqual([]);
  });
});
