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
    ['a field that a dashboard has not', 'colour', 'red'],
    ['a schema version that is no number', 'schemaVersion', '38'],
    ['a kind of panel that nobody knows', 'panels.1.type', 'singlestat'],
    ['a panel without a column', 'panels.1.gridPos.x', undefined],
    ['a field that a query has not', 'panels.1.targets.0.expression', 'up'],
    ['an option that a stat has not', 'panels.1.options.legend', {}],
    ['a colour mode that there is not', 'panels.1.options.colorMode', 'rainbow'],
    [
      'a threshold that is no number',
      'panels.1.fieldConfig.defaults.thresholds.steps.0.value',
      'a',
    ],
    ['a style that lines have not', 'panels.10.fieldConfig.defaults.custom.width', 2],
    ['a link without an icon', 'panels.2.links.0.icon', undefined],
    ['a way to refresh that there is not', 'templating.list.1.refresh', 7],
    ['a field that an annotation has not', 'annotations.list.0.query', 'up'],
  ])('refuse %s', (_, path, value) => {
    expect(validate(changed(path, value))).toBe(false);
  });

  it('accept the change of a text, so that what they refuse is the change', () => {
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
