import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const isMissing = spawnSync('which', ['systemd-analyze']).status !== 0;
if (isMissing) {
  const text = 'NOT RUN: deploy/systemd needs systemd-analyze (Debian: apt-get install systemd)';
  if (process.env.CI) throw new Error(text);
  console.warn(text);
}

const unit = readFileSync(
  new URL('../../../deploy/systemd/modelmeter-exporter.service', import.meta.url),
  'utf8',
);
const folder = mkdtempSync(join(tmpdir(), 'modelmeter-unit-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Checks a unit whose program is one that this machine has. */
function verify(text: string): { status: number | null; output: string } {
  const file = join(folder, 'modelmeter-exporter.service');
  writeFileSync(file, text.replace('/usr/local/bin/modelmeter-exporter', process.execPath));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  return { status, output: stderr };
}

describe.skipIf(isMissing)('deploy/systemd/modelmeter-exporter.service', () => {
  it('is a unit that systemd takes without a warning', () => {
    expect(verify(unit)).toEqual({ status: 0, output: '' });
  });

  it('would be refused with a setting that systemd does not know', () => {
    expect(verify(unit.replace('ProtectClock', 'ProtectWatch')).output).toContain('ProtectWatch');
  });
});
