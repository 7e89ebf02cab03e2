import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configPage } from '../scripts/config-page.js';
import { parseExample } from '../scripts/example-config.js';
import { writtenConfig } from '../src/index.js';

const page = readFileSync(new URL('../../../docs/config.md', import.meta.url), 'utf8');

describe('docs/config.md', () => {
  it('is what `npm run generate` writes', () => {
    expect(page).toBe(configPage());
  });

  it('documents every setting that the effective configuration has', () => {
    const names = namesIn(writtenConfig(parseExample()));
    for (const name of names) expect(page).toContain(`\`${name}`);
  });

  it('documents every setting of the example configuration', () => {
    const example = readFileSync(new URL('../../../config.example.yaml', import.meta.url), 'utf8');
    const names = namesIn(parse(example));
    expect(names.size).toBeGreaterThan(40);
    for (const name of names) expect(page).toContain(`\`${name}`);
  });
});

/** Every key of an object, at any depth. */
function namesIn(value: unknown, names = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return names;
  for (const [key, item] of Object.entries(value)) {
    if (!Array.isArray(value)) names.add(key);
    namesIn(item, names);
  }
  return names;
}
