import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import type { WebglResult } from './webgl-page.js';

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
const isSkipped = browser === undefined && process.env.CI === undefined;
if (isSkipped) console.warn('SKIPPED: the test on the webgl backend. It needs chromium.');

it.skipIf(isSkipped)(
  'a GPU is not waited for, and nothing stays on it',
  async () => {
    if (browser === undefined) throw new Error('chromium is missing; install it');
    const result = await runPage(browser);
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
  },
  2_400_000,
);

/**
 * Opens the page in a browser and waits for what it posts: two seconds alone, and minutes on a busy
 * machine, where a browser can also stop while it starts. So another one is opened after a while, each
 * with twice the time.
 */
async function runPage(program: string): Promise<WebglResult> {
  const script = await bundlePage();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const result = new Promise<WebglResult>((resolve, reject) => {
    server.on('request', (request, response) => {
      if (request.method === 'POST') {
        response.end();
        text(request).then((body) => resolve(JSON.parse(body)), reject);
        return;
      }
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><meta charset="utf-8"><script>${script}</script>`);
    });
  });
  try {
    for (let seconds = 60; seconds <= 960; seconds *= 2) {
      const posted = await openPage(program, port, result, seconds);
      if (posted !== undefined) return posted;
    }
    throw new Error('The page posted nothing, in five browsers.');
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** What the page posts, or undefined when it posts nothing in that time. */
async function openPage(
  program: string,
  port: number,
  result: Promise<WebglResult>,
  seconds: number,
): Promise<WebglResult | undefined> {
  const profile = mkdtempSync(join(tmpdir(), 'modelmeter-webgl-'));
  const child = spawn(
    program,
    [
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
      // On a busy machine it would take the slow renderer for a hung one, and end it.
      '--disable-gpu-watchdog',
      `--user-data-dir=${profile}`,
      `http://127.0.0.1:${port}/`,
    ],
    // A group of its own, so that all its processes can be ended at once.
    { detached: true },
  );
  const exited = once(child, 'exit');
  const errors = text(child.stderr);
  try {
    return await Promise.race([
      result,
      exited.then(async () => {
        throw new Error(`The browser ended by itself: ${(await errors).slice(0, 1000)}`);
      }),
      setTimeout(seconds * 1000, undefined, { ref: false }),
    ]);
  } finally {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
    await exited;
    rmSync(profile, { recursive: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./webgl-page.ts', import.meta.url))],
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    conditions: ['source'],
    // Modules of Node are named in what is bundled; nothing of them is called here.
    external: ['node:*'],
    banner: { js: 'var require = () => ({});' },
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}
