import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const linked = packageJson.bin.modelmeter;
const root = fileURLToPath(new URL('../../', import.meta.url));
/** The package as a fresh checkout has it when npm links its command. */
let checkout: string;

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'modelmeter-checkout-'));
  await writeFile(join(checkout, 'package.json'), '{ "type": "module" }');
  await cp(join(root, 'bin'), join(checkout, 'bin'), { recursive: true });
});

afterAll(() => rm(checkout, { recursive: true }));

function run(folder: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(folder, linked), '--version'], { encoding: 'utf8' });
}

it('says before the build which command builds it', () => {
  const { status, stdout, stderr } = run(checkout);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^modelmeter is not built yet\./);
  expect(stderr).toContain('npx turbo run build --filter=@modelmeter/cli');
});

it('is the program after it', () => {
  expect(run(root)).toMatchObject({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' });
});

it('is among the files that are published', () => {
  expect(packageJson.files).toContain('bin');
});
