import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A series in which several people marked the changes. */
export interface AnnotatedSeries {
  readonly name: string;
  /** In the order of time; NaN where a value is missing. */
  readonly values: Float64Array;
  /** By person, the indices of the first value after each change. */
  readonly annotations: readonly (readonly number[])[];
}

/** Variable that names a copy of the Turing Change Point Dataset. */
export const changePointFolder = 'CHANGE_POINT_DATA';

interface SeriesFile {
  readonly n_dim: number;
  readonly series: readonly { readonly raw: readonly (number | null)[] }[];
}

/**
 * The series of one variable of the Turing Change Point Dataset (MIT; some series have licences of
 * their own, and a few must be built with its `build_tcpd.py`). Those that the folder lacks are named.
 *
 * @param folder A checkout of alan-turing-institute/TCPD.
 */
export async function loadAnnotatedSeries(folder: string): Promise<{
  readonly series: readonly AnnotatedSeries[];
  readonly lacking: readonly string[];
}> {
  const annotations: Record<string, Record<string, number[]>> = JSON.parse(
    await readFile(join(folder, 'annotations.json'), 'utf8'),
  );
  const series: AnnotatedSeries[] = [];
  const lacking: string[] = [];
  for (const [name, byPerson] of Object.entries(annotations)) {
    const path = join(folder, 'datasets', name, `${name}.json`);
    if (!existsSync(path)) {
      lacking.push(name);
      continue;
    }
    const file: SeriesFile = JSON.parse(await readFile(path, 'utf8'));
    if (file.n_dim !== 1) continue;
    const values = Float64Array.from(file.series[0]!.raw, (value) => value ?? Number.NaN);
    series.push({ name, values, annotations: Object.values(byPerson) });
  }
  return { series, lacking };
}
