import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@modelmeter/core';
import { transformSync } from 'esbuild';
import * as promClient from 'prom-client';
import { describe, expect, it } from 'vitest';
import * as adapter from '../src/index.js';
import { describeRuntime } from './every-runtime.js';
import { matrixModel } from './models.js';
import { loadRuntime, tfjsNodeProblem } from './runtimes.js';

const problem = await tfjsNodeProblem();

if (problem === undefined) {
  describe('on tfjs-node', () => {
    describeRuntime('tensorflow');

    it('the example of the README meters a model that it loads from disk', async () => {
      const tf = await loadRuntime('tensorflow');
      const folder = mkdtempSync(join(tmpdir(), 'modelmeter-tfjs-'));
      const workingFolder = process.cwd();
      try {
        await matrixModel(tf).save(`file://${join(folder, 'model')}`);
        process.chdir(folder);
        await runReadme({
          '@modelmeter/core': core,
          '@modelmeter/tfjs': adapter,
          '@tensorflow/tfjs-node': tf,
          'prom-client': promClient,
        });
      } finally {
        process.chdir(workingFolder);
        rmSync(folder, { recursive: true });
      }
      const labels = 'model_name="late-flights",model_version="3"';
      expect(await promClient.register.metrics()).toContain(
        `model_predictions_total{${labels},status="success"} 1`,
      );
    });
  });
} else {
  if (problem.isExpected) console.warn(`SKIPPED: the tests on tfjs-node. ${problem.reason}`);
  it.skipIf(problem.isExpected)('on tfjs-node', () => {
    throw new Error(problem.reason);
  });
}

/** Runs the example of the README, its imports taken from `packages`. */
async function runReadme(packages: Readonly<Record<string, object>>): Promise<void> {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /^```ts\n([\s\S]+?)^```$/m.exec(readme)?.[1] ?? '';
  const { code } = transformSync(example, { loader: 'ts', format: 'esm', target: 'es2022' });
  const body = code.replace(
    /^import (?:\* as (\w+)|(\{.+\})) from (".+");$/gm,
    (_, all, some, name) => `const ${all ?? some} = packages[${name}];`,
  );
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction('packages', body)(packages);
}
