import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, repository } from './support.js';

describe('the published command', () => {
  it('imports nothing that it does not depend on', async () => {
    const { dependencies } = JSON.parse(
      await readFile(join(repository, 'apps/cli/package.json'), 'utf8'),
    );
    const built = Object.values(await filesOf(join(repository, 'apps/cli/dist'), '.js')).join('\n');
    const imported = [
      ...built.matchAll(
        /(?:^(?:import|export)[^'"]*from |import\()\s*['"]((?:@[^/'"]+\/)?[a-z][^/'"]*)/gm,
      ),
    ].map(([, name]) => name!);
    const foreign = [...new Set(imported)].filter(
      (name) => !isBuiltin(name) && !(name in dependencies),
    );
    expect(imported).toContain('commander');
    expect(foreign).toEqual([]);
  });
});
