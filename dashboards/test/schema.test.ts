import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import { beforeAll, describe, expect, it } from 'vitest';
import { dashboards } from '../src/dashboards.js';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

describe("Grafana's published types of a classic dashboard, as a schema", () => {
  let validate: ValidateFunction;

  beforeAll(() => {
    const schema: Record<string, unknown> = {
      ...createGenerator({
        path: file('published-types.ts'),
        tsconfig: file('../tsconfig.json'),
        type: 'PublishedDashboard',
        // Kinds of panel have types of the same name: nothing is referred to by name.
        expose: 'none',
        functions: 'hide',
        skipTypeCheck: true,
      }).createSchema('PublishedDashboard'),
    };
    validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
  });

  it.each(dashboards.map(({ name }) => name))('accept %s', (name) => {
    validate(read(name));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each<[string, string, unknown]>([
    ['an unknown field of a dashboard', 'colour', 'red'],
    ['a schema version that is not a number', 'schemaVersion', '38'],
    ['an unknown type of panel', 'panels.1.type', 'singlestat'],
    ['a panel without a column', 'panels.1.gridPos.x', undefined],
    ['an unknown field of a query', 'panels.1.targets.0.expression', 'up'],
    ['an unknown option of a stat panel', 'panels.1.options.legend', {}],
    ['an unknown color mode', 'panels.1.options.colorMode', 'rainbow'],
    [
      'a threshold that is not a number',
      'panels.1.fieldConfig.defaults.thresholds.steps.0.value',
      'a',
    ],
    ['an unknown style of lines', 'panels.10.fieldConfig.defaults.custom.width', 2],
    ['a link without an icon', 'panels.2.links.0.icon', undefined],
    ['an unknown refresh mode', 'templating.list.1.refresh', 7],
    ['an unknown field of an annotation', 'annotations.list.0.query', 'up'],
  ])('refuse %s', (_, path, value) => {
    expect(validate(changed(path, value))).toBe(false);
  });

  it('accept a changed title, so that the refusals above are due to the change', () => {
    expect(validate(changed('panels.10.title', 'Calls'))).toBe(true);
  });
});

function read(name: string): unknown {
  return JSON.parse(readFileSync(file(`../${name}.json`), 'utf8'));
}

/** The overview with another value at a path; `undefined` leaves the place out. */
function changed(path: string, value: unknown): unknown {
  const dashboard = read('overview');
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce<unknown>(
    (at, key) => (at as Record<string, unknown>)[key],
    dashboard,
  ) as Record<string, unknown>;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return dashboard;
}
