import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Flights, FlightsError, flightsPath, readFlights } from '../../demo/flights.js';

const DAY = 86_400_000;

describe('the flights of vega-datasets', () => {
  let flights: Flights;

  beforeAll(async () => {
    flights = await readFlights();
  });

  it('are three million, between 229 airports', () => {
    expect(flights.rows).toBe(3_000_000);
    expect(flights.airports.length).toBe(229);
    expect(flights.airports.slice(0, 3)).toEqual(['ABE', 'ABI', 'ABQ']);
  });

  it('have the known share of late flights in each month', () => {
    const late = new Float64Array(6);
    const all = new Float64Array(6);
    flights.timeMs.forEach((time, row) => {
      const month = new Date(time).getUTCMonth();
      if (month > 5) return;
      all[month]! += 1;
      if ((flights.delay[row] ?? 0) > 15) late[month]! += 1;
    });
    const shares = Array.from(late, (count, month) => Number((count / all[month]!).toFixed(3)));
    expect(shares).toEqual([0.205, 0.233, 0.21, 0.179, 0.161, 0.213]);
  });

  it('begin with the first departure of the year', () => {
    expect(new Date(flights.timeMs[0] ?? 0).toISOString()).toBe('2001-01-01T00:01:00.000Z');
    expect(flights.airports[flights.origin[0] ?? 0]).toBe('LAS');
    expect(flights.airports[flights.destination[0] ?? 0]).toBe('PHL');
    expect([flights.delay[0], flights.distance[0]]).toEqual([33, 2176]);
  });

  it('are in order of departure', () => {
    expect(flights.timeMs.every((time, row) => time >= (flights.timeMs[row - 1] ?? 0))).toBe(true);
  });

  it('can be limited to a day, with its first moment and without its last', async () => {
    const fromMs = Date.UTC(2001, 0, 17);
    const day = await readFlights({ fromMs, toMs: fromMs + DAY });
    const start = flights.timeMs.findIndex((time) => time >= fromMs);
    const end = flights.timeMs.findIndex((time) => time >= fromMs + DAY);
    expect(day.rows).toBe(16_986);
    expect(day.timeMs).toEqual(flights.timeMs.slice(start, end));
    expect(day.delay).toEqual(flights.delay.slice(start, end));
    const codes = (from: Flights, row: number): (string | undefined)[] => [
      from.airports[from.origin[row] ?? 0],
      from.airports[from.destination[row] ?? 0],
    ];
    for (const row of [0, 7000, day.rows - 1]) {
      expect(codes(day, row)).toEqual(codes(flights, start + row));
    }
  });

  it('are empty outside the half-year', async () => {
    expect((await readFlights({ fromMs: Date.UTC(2002, 0) })).rows).toBe(0);
  });
});

describe('a file of flights that cannot be used', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flights-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function errorOf(path: string): Promise<unknown> {
    return readFlights({ path }).catch((error: unknown) => error);
  }

  it('is reported as missing when it does not exist', async () => {
    const error = await errorOf(join(folder, 'none.parquet'));
    expect(error).toBeInstanceOf(FlightsError);
    expect(error).toMatchObject({ code: 'flights-missing', path: join(folder, 'none.parquet') });
  });

  it('is reported as foreign when it is not Parquet', async () => {
    const path = join(folder, 'text.parquet');
    await writeFile(path, 'date,delay\n2001-01-01,3\n');
    expect(await errorOf(path)).toMatchObject({
      code: 'flights-foreign',
      message: expect.stringContaining(`${path}: is not a Parquet file`),
    });
  });

  it('is reported as foreign when a column has another name', async () => {
    const path = join(folder, 'renamed.parquet');
    const bytes = await readFile(flightsPath());
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    for (let at = footer; (at = bytes.indexOf('delay', at)) >= 0; at++) bytes.write('dalay', at);
    await writeFile(path, bytes);
    expect(await errorOf(path)).toMatchObject({
      code: 'flights-foreign',
      message: expect.stringContaining('has no column delay'),
    });
  });

  it('is reported as foreign when its pages are damaged', async () => {
    const path = join(folder, 'damaged.parquet');
    await writeFile(path, await readFile(flightsPath()));
    const handle = await open(path, 'r+');
    await handle.write(new Uint8Array(20_000), 0, 20_000, 4);
    await handle.close();
    expect(await errorOf(path)).toMatchObject({
      code: 'flights-foreign',
      message: expect.stringContaining('is damaged in rows 0 to 272727'),
    });
  });
});
