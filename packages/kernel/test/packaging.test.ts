import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';

/* The built package as its users load it: each way in a process of its own. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Inside the package, so that its own name resolves to it.
const folder = mkdtempSync(join(root, 'dist/packaging-'));
afterAll(() => rmSync(folder, { recursive: true }));

const use = `
  const kernel = createKernel();
  const worker = createKernelWorker();
  worker.sort(Float64Array.of(3, 1, 2)).then((sorted) => {
    const { statistic } = kernel.ksTwoSample(sorted, Float32Array.of(1, 2));
    console.log(kernel.implementation, sorted.join(' '), statistic.toFixed(4));
  });
`;
const expected = 'wasm 1 2 3 0.3333\n';

function run(name: string, source: string, ...flags: string[]): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return execFileSync(process.execPath, [...flags, file], { cwd: folder, encoding: 'utf8' });
}

const imports = `
  import { createKernel } from '@modelmeter/kernel';
  import { createKernelWorker } from '@modelmeter/kernel/worker';
`;

describe('the built package', () => {
  test('is imported as an ES module, and lets the process end', () => {
    expect(run('module.mjs', imports + use)).toBe(expected);
  });

  test('is required from CommonJS', () => {
    const requires = `
      const { createKernel } = require('@modelmeter/kernel');
      const { createKernelWorker } = require('@modelmeter/kernel/worker');
    `;
    expect(run('common.cjs', requires + use)).toBe(expected);
  });

  test.each(['esm', 'cjs'] as const)('is bundled into one %s file', async (format) => {
    const { outputFiles } = await build({
      stdin: { contents: imports + use, resolveDir: folder },
      bundle: true,
      write: false,
      platform: 'node',
      format,
      minify: true,
    });
    const name = format === 'esm' ? 'bundle.mjs' : 'bundle.cjs';
    expect(run(name, outputFiles[0]!.text)).toBe(expected);
  });

  test('runs inside a worker thread', () => {
    const outer = `
      import { Worker, isMainThread } from 'node:worker_threads';
      ${imports}
      if (isMainThread) new Worker(new URL(import.meta.url));
      else {
        ${use}
      }
    `;
    expect(run('threads.mjs', outer)).toBe(expected);
  });

  test('exports what exports.txt lists', () => {
    const script = join(root, '../../scripts/exported-names.mjs');
    const said = execFileSync(process.execPath, [script, 'check', root], { encoding: 'utf8' });
    expect(said).toMatch(/exports\.txt: \d+ names, as exported\n$/);
  });

  test('falls back to TypeScript where WebAssembly is not allowed', () => {
    const source = `
      delete globalThis.WebAssembly;
      const { createKernel } = await import('@modelmeter/kernel');
      const kernel = createKernel();
      console.log(kernel.implementation, kernel.sort(Float64Array.of(2, 1)).join(' '));
    `;
    expect(run('without.mjs', source)).toBe('typescript 1 2\n');
  });
});
