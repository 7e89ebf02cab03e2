import { readFile } from 'node:fs/promises';
import { referenceFromJson } from '@modelmeter/core';
import { describe, expect, it } from 'vitest';
import { referenceCommand } from '../src/commands/profiles.js';
import { driftTable } from '../src/report/drift-table.js';
import { runCompare, useFolder } from './support.js';

const folder = useFolder();
const hourMs = 3_600_000;

/** Rows every two minutes of the hours from `from` to `to` after Monday, 1 January 2024. */
function rows(from: number, to: number): string {
  const lines = ['time,hour,load'];
  for (let minute = 60 * from; minute < 60 * to; minute += 2) {
    const time = new Date(Date.UTC(2024, 0, 1) + minute * 60_000);
    const hour = time.getUTCHours();
    lines.push(`${time.toISOString()},${hour},${hour < 8 ? minute % 10 : 10 + (minute % 17)}`);
  }
  return `${lines.join('\n')}\n`;
}

describe('--time-column', () => {
  it('compares six hours with the same hours of four weeks, and says so', async () => {
    const reference = await folder.write('reference.csv', rows(0, 28 * 24));
    const current = await folder.write('current.csv', rows(28 * 24 + 6, 28 * 24 + 12));
    const options = { reference, current, exclude: ['time'] };
    expect((await runCompare(options)).state).toBe('drift');
    const result = await runCompare({ ...options, timeColumn: 'time' });
    expect(result.state).toBe('ok');
    for (const { ordinary } of result.features) {
      expect(ordinary).toMatchObject({ period: 'week', periods: 4 });
    }
    expect(driftTable(result)).toContain(
      'time       compared with the same hours of the week in 4 periods of the reference; drift is what moves more than they do',
    );
  });

  it('judges each chunk by its own hours', async () => {
    const reference = await folder.write('reference.csv', rows(0, 28 * 24));
    const current = await folder.write('days.csv', rows(28 * 24, 30 * 24));
    const { chunks } = await runCompare({
      reference,
      current,
      exclude: ['time'],
      timeColumn: 'time',
      chunkBy: 'hour:time',
    });
    expect(chunks!.map(({ state }) => state).filter((state) => state === 'drift')).toEqual([]);
    expect(chunks).toHaveLength(48);
  });

  it('writes the history into a reference, which needs the rows no more', async () => {
    const data = await folder.write('reference.csv', rows(0, 28 * 24));
    const out = folder.path('reference.json');
    await referenceCommand({
      data,
      out,
      exclude: ['time'],
      timeColumn: 'time',
      name: 'a',
      modelVersion: '1',
    });
    const { history } = referenceFromJson(JSON.parse(await readFile(out, 'utf8')), out);
    expect(history).toMatchObject({ startMs: Date.UTC(2024, 0, 1), slotMs: hourMs, slots: 672 });
    const current = await folder.write('current.csv', rows(28 * 24 + 6, 28 * 24 + 12));
    const result = await runCompare({ reference: out, current, timeColumn: 'time' });
    expect(result.state).toBe('ok');
    expect(result.features.every(({ ordinary }) => ordinary !== undefined)).toBe(true);
  });

  it('that does not hold times is an error that names it', async () => {
    const reference = await folder.write('reference.csv', rows(0, 48));
    await expect(
      runCompare({ reference, current: reference, timeColumn: 'load' }),
    ).rejects.toMatchObject({ code: 'TIME_UNREADABLE' });
  });
});
