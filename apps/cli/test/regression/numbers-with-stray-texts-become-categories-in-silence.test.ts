import { batchSchema } from '@modelmeter/config-file';
import { parseSettings } from '@modelmeter/core/settings';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { referenceCommand } from '../../src/commands/profiles.js';
import { copyTo, csv, normals, runCompare, useFolder } from '../support.js';

const folder = useFolder();
vi.spyOn(process.stdout, 'write').mockReturnValue(true);
const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
afterEach(() => stderr.mockClear());

const rows = 2000;
const numbers = Array.from(normals(rows, 1));
const strayAt = (every: number, text: string): (number | string)[] =>
  numbers.map((number, row) => (row % every === 1 ? text : number));
let data: string;

beforeAll(async () => {
  data = await folder.write(
    'mixed.csv',
    csv({
      price: strayAt(500, 'on request'),
      size: numbers,
      code: numbers.map((_, row) => (row % 2 === 0 ? String(row) : `c${row % 7}`)),
      city: numbers.map((_, row) => ['Ghent', 'Oslo', 'Turin'][row % 3]),
      missing: strayAt(3, 'NA'),
    }),
  );
});

const reference = (options: { columns?: string[]; config?: string } = {}): Promise<void> =>
  referenceCommand({
    data,
    out: folder.path('reference.json'),
    name: 'model',
    modelVersion: '1',
    ...options,
  });

const sentence =
  /Column "price" of .*mixed\.csv is read as categories: 1,996 of its 2,000 values are numbers, others are not, such as "on request"\. .*--config.*\{ name: "price", type: numeric \}/;

describe('a column of numbers with a few texts', () => {
  it('is named by the command that makes a reference', async () => {
    await reference();
    expect(stderr).toHaveBeenCalledTimes(1);
    expect(stderr.mock.calls[0]![0]).toMatch(/^modelmeter: warning: .*\n$/);
    expect(stderr.mock.calls[0]![0]).toMatch(sentence);
  });

  it('is named when data sets are compared', async () => {
    const warnings: string[] = [];
    const onWarning = (message: string): void => void warnings.push(message);
    await runCompare({ reference: data, current: data, onWarning });
    expect(warnings).toEqual([expect.stringMatching(sentence)]);
  });

  it('is named in Parquet files too, which hold it as text', async () => {
    const parquet = await copyTo(
      `SELECT price FROM read_csv('${data}', all_varchar = true)`,
      folder.path('mixed.parquet'),
    );
    const warnings: string[] = [];
    const onWarning = (message: string): void => void warnings.push(message);
    await runCompare({ reference: parquet, current: parquet, onWarning });
    expect(warnings).toEqual([expect.stringContaining('Column "price"')]);
  });

  it.each(['numeric', 'categorical'])('is not named once it is declared %s', async (type) => {
    const config = await folder.write(
      `${type}.yaml`,
      `features: [{ name: "price", type: ${type} }]\n`,
    );
    await reference({ config });
    expect(stderr).not.toHaveBeenCalled();
  });

  it('is not named where it is left out', async () => {
    await reference({ columns: ['size', 'city'] });
    expect(stderr).not.toHaveBeenCalled();
  });

  it('as declared numeric counts its texts as missing', async () => {
    const { driftDetection: drift, features } = parseSettings(batchSchema, {
      features: [{ name: 'price', type: 'numeric' }],
    });
    const settings = { drift, features, outputs: undefined, folder: '' };
    const clean = await folder.write('clean.csv', csv({ price: numbers }));
    const { features: found } = await runCompare({ reference: clean, current: data, settings });
    expect(found[0]).toMatchObject({ type: 'numeric', missingRatio: { current: 4 / rows } });
  });
});
