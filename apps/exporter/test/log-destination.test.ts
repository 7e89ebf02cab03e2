import { openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { boundLines, openLogDestination } from '../src/log-destination.js';

describe('a log destination', () => {
  it('drops and counts lines while its reader stalls, and goes on when it reads again', () => {
    const sink = { waitingBytes: 0, lines: [] as string[] };
    const destination = boundLines(
      {
        write(line) {
          sink.lines.push(line);
          sink.waitingBytes += line.length;
        },
        get waitingBytes() {
          return sink.waitingBytes;
        },
      },
      10,
    );
    for (const line of ['one\n', 'two\n', 'three\n', 'four\n']) destination.write(line);
    expect(sink.lines).toEqual(['one\n', 'two\n']);
    let dropped = 0;
    destination.onDrop((lines) => {
      dropped += lines;
    });
    expect(dropped).toBe(2);
    destination.write('five\n');
    expect(dropped).toBe(3);
    sink.waitingBytes = 0;
    destination.write('six\n');
    expect(sink.lines.at(-1)).toBe('six\n');
    expect(dropped).toBe(3);
  });

  it('of a file has every line once it is flushed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modelmeter-log-'));
    const path = join(folder, 'log');
    const destination = openLogDestination(openSync(path, 'w'));
    for (let line = 0; line < 1000; line += 1) destination.write(`line ${line}\n`);
    await destination.flush(60_000);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(1001);
    await rm(folder, { recursive: true });
  });

  it('of a full disk drops and counts lines and does not throw', async () => {
    const destination = openLogDestination(openSync('/dev/full', 'w'));
    let dropped = 0;
    destination.onDrop((lines) => {
      dropped += lines;
    });
    const line = `${'x'.repeat(1000)}\n`;
    for (let count = 0; count < 2000; count += 1) destination.write(line);
    expect(dropped).toBeGreaterThan(900);
    await destination.flush(1);
  });
});
