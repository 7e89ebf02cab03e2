import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import type { WebglResult } from './webgl-page.js';

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
const isSkipped = browser === undefined && process.env.CI === undefined;
if (isSkipped) console.warn('SKIPPED: the test on the webgl backend. It needs chromium.');

it.skipIf(isSkipped)('a GPU is not waited for, and nothing stays on it', async () => {
  if (browser === undefined) throw new Error('chromium is missing; install it');
  const folder = mkdtempSync(join(tmpdir(), 'modelmeter-webgl-'));
  try {
    const result = await runPage(browser, folder);
    expect(result.errors).toEqual([]);
    expect(result).toMatchObject({
      backend: 'webgl',
      observedAtOnce: 0,
      observed: 10,
      blockingReads: 0,
      tensorsAdded: 0,
      bytesAdded: 0,
    });
    for (const features of result.features) expect(features).toEqual([0, -1, 100, 0]);
    for (const outputs of result.outputs) {
      expect(outputs).toHaveLength(2);
      expect(outputs[0]).toBeCloseTo(1 / (1 + Math.exp(1.05)), 4);
      expect(outputs[1]).toBeCloseTo(1 / (1 + Math.exp(0.9)), 4);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function runPage(program: string, folder: string): Promise<WebglResult> {
  await build({
    entryPoints: [fileURLToPath(new URL('./webgl-page.ts', import.meta.url))],
    outfile: join(folder, 'page.js'),
    bundle: true,
    format: 'iife',
    platform: 'browser',
    conditions: ['source'],
    // Modules of Node are named in what is bundled; nothing of them is called here.
    external: ['node:*'],
    banner: { js: 'var require = () => ({});' },
    logLevel: 'error',
  });
  const page = join(folder, 'page.html');
  writeFileSync(page, '<!doctype html><body><script src="page.js"></script>');
  const { stdout } = await promisify(execFile)(program, [
    '--headless',
    '--no-sandbox',
    '--no-first-run',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // WebGL without a GPU: the software renderer answers as one would.
    '--use-gl=angle',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    `--user-data-dir=${join(folder, 'profile')}`,
    // Time of the page that passes before its content is taken.
    '--virtual-time-budget=60000',
    '--dump-dom',
    pathToFileURL(page).href,
  ]);
  const body = /<body>(.*)<\/body>/s.exec(stdout)?.[1] ?? '';
  if (!body.startsWith('{')) throw new Error(`The page gave no result: ${stdout.slice(0, 500)}`);
  return JSON.parse(body) as WebglResult;
}
