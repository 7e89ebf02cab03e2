import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../support.js';

/** What runs from the dependencies of the repository, in a checkout of it. */
const developmentTools = ['biome', 'knip', 'turbo', 'vitest'];

// Where nothing is installed, npx downloads the package of that name, from any publisher.
it('no page asks readers to run a command by an unscoped name with npx', async () => {
  const pages = execFileSync('git', ['ls-files', '*.md', ':!.changeset'], {
    cwd: repository,
    encoding: 'utf8',
  })
    .trim()
    .split('\n');
  const named: string[] = [];
  for (const page of pages) {
    const text = await readFile(join(repository, page), 'utf8');
    for (const [, name] of text.matchAll(/(?:^|`)npx (?:--?\S+ )*([@\w][\w@/.-]*)/gm)) {
      if (!developmentTools.includes(name!)) named.push(`${page}: ${name}`);
    }
  }
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((line) => !line.includes(': @modelmeter/'))).toEqual([]);
});
