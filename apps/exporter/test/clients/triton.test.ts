import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { twoModels, withExporter } from '../support.js';

/** A Python that has `tritonclient[http]`. */
const python = process.env.MODELMETER_TRITON_PYTHON ?? 'python3';
const program = fileURLToPath(new URL('triton.py', import.meta.url));
const isInstalled = spawnSync(python, ['-c', 'import tritonclient.http']).status === 0;
if (!isInstalled) {
  console.warn('NOT RUN: the client of Triton. Install it: pip install "tritonclient[http]"');
}

it.skipIf(!isInstalled && process.env.MODELMETER_TRITON_PYTHON === undefined)(
  'the client of Triton reads the model and gets the same prediction in every encoding',
  async () => {
    await withExporter(twoModels, async ({ url }) => {
      const { stdout } = await promisify(execFile)(python, [program, new URL(url).host]);
      const { probabilities, ...received } = JSON.parse(stdout) as {
        readonly probabilities: readonly number[];
      };
      expect(received).toEqual({
        live: true,
        ready: true,
        extensions: ['binary_tensor_data'],
        versions: ['1'],
        error: expect.stringContaining('lacks the input hour'),
      });
      expect(new Set(probabilities).size).toBe(1);
      expect(probabilities[0]).toBeGreaterThan(0);
    });
  },
);
