import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Path of a data file of the npm package `vega-datasets`.
 *
 * @throws Error when the package is not installed.
 */
export function vegaFile(name: string): string {
  // The package exports its program only, not its files: look where Node would look for it.
  const folders = createRequire(import.meta.url).resolve.paths('vega-datasets') ?? [];
  for (const folder of folders) {
    const path = join(folder, 'vega-datasets', 'data', name);
    if (existsSync(path)) return path;
  }
  throw new Error(`vega-datasets/data/${name} was not found; run npm install`);
}
