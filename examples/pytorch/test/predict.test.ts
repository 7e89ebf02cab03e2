import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { featureNamesOf } from '@modelmeter/onnx';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { feedsOf, readDays } from '../days.mjs';

const run = promisify(execFile);
const folder = new URL('..', import.meta.url).pathname;
const classes = ['drizzle', 'fog', 'rain', 'snow', 'sun'];
const samples = [
  { name: 'held-out', days: 360 },
  { name: 'new-york', days: 365 },
];

interface Answers {
  readonly weather: readonly string[];
  readonly probabilities: readonly (readonly number[])[];
}

async function readJson(path: string) {
  return JSON.parse(await readFile(path, 'utf8'));
}

async function answersOf(name: string): Promise<Answers> {
  return (await readJson(join(folder, 'expected.json')))[name];
}

describe('the exported network', () => {
  let session: InferenceSession;
  let names: string[];
  beforeAll(async () => {
    const model = await readFile(join(folder, 'model.onnx'));
    names = featureNamesOf(model);
    session = await InferenceSession.create(model);
  });

  it('says in its metadata what its columns are', () => {
    expect(names).toEqual(['precipitation', 'temp_max', 'temp_min', 'wind']);
    expect(session.inputMetadata).toMatchObject([
      { name: 'features', type: 'float32', shape: ['rows', names.length] },
    ]);
  });

  it.each(samples)('answers for $name.csv as PyTorch does', async ({ name, days: count }) => {
    const expected = await answersOf(name);
    const days = await readDays(join(folder, 'data', `${name}.csv`));
    expect(days).toHaveLength(count);
    expect(expected.probabilities).toHaveLength(count);
    const { probabilities, weather } = await session.run(feedsOf(days, names));
    expect(weather!.data).toEqual(expected.weather);
    const differing = expected.probabilities.flatMap((row, day) =>
      row.flatMap((probability, index) => {
        const actual = Number(probabilities!.data[day * classes.length + index]);
        return Math.abs(actual - probability) <= 1e-5
          ? []
          : [`${days[day]!.date} ${classes[index]}`];
      }),
    );
    expect(differing).toEqual([]);
  });

  it('answers the same for a day alone as among others', async () => {
    const days = await readDays(join(folder, 'data', 'held-out.csv'));
    const together = await session.run(feedsOf(days.slice(0, 7), names));
    for (const [index, day] of days.slice(0, 7).entries()) {
      const alone = await session.run(feedsOf([day], names));
      expect(alone.weather!.data[0]).toBe(together.weather!.data[index]);
    }
  });

  it('has no answer for a day on which a value is missing', async () => {
    const [day] = await readDays(join(folder, 'data', 'held-out.csv'));
    const { probabilities, weather } = await session.run(
      feedsOf([{ ...day, temp_min: 'NaN' }, day], names),
    );
    expect(weather!.data).toEqual(['', 'rain']);
    expect(Array.from(probabilities!.data as Float32Array, Number.isNaN)).toEqual([
      ...classes.map(() => true),
      ...classes.map(() => false),
    ]);
  });
});

describe('the program', () => {
  let heldOut: string;
  let newYork: string;
  beforeAll(async () => {
    [heldOut, newYork] = await Promise.all([
      start('data/held-out.csv'),
      start('data/new-york.csv'),
    ]);
  });

  it('finds no drift in other days at the same place', () => {
    expect(statesOf(heldOut)).toEqual({
      state: 'ok',
      precipitation: 'ok',
      temp_max: 'insufficient_data',
      temp_min: 'ok',
      wind: 'ok',
      weather: 'ok',
    });
  });

  it('finds that New York is another place', () => {
    expect(statesOf(newYork)).toEqual({
      state: 'drift',
      precipitation: 'insufficient_data',
      temp_max: 'drift',
      temp_min: 'drift',
      wind: 'drift',
      weather: 'investigate',
    });
    expect(metric(newYork, 'model_drifted_features')).toBe(3);
  });

  it.each(samples)('meters the calls and days of $name.csv', ({ name, days }) => {
    const output = name === 'held-out' ? heldOut : newYork;
    expect(metric(output, 'model_predictions_total')).toBe(Math.ceil(days / 12));
    expect(metric(output, 'model_prediction_samples_total')).toBe(days);
    expect(output).toContain(`${days} predictions, ${days} targets\n`);
  });

  it.each(samples)('scores $name.csv as counting by hand does', async ({ name }) => {
    const output = name === 'held-out' ? heldOut : newYork;
    const { weather } = await answersOf(name);
    const days = await readDays(join(folder, 'data', `${name}.csv`));
    const right = days.filter(({ observed }, day) => observed === weather[day]).length;
    expect(metric(output, 'model_accuracy_score')).toBeCloseTo(right / days.length, 12);
    const missed = days.filter(({ observed }, day) => observed === 'fog' && weather[day] !== 'fog');
    expect(metric(output, 'model_class_outcomes_total', 'outcome="fn"')).toBe(missed.length);
  });

  it('says what the README says', async () => {
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    const shown = Array.from(readme.matchAll(/```text\n([\s\S]*?)```/g), ([, text]) => text!);
    expect(shown).toHaveLength(3);
    expect(heldOut).toContain(shown[0]);
    expect(newYork).toContain(shown[1]);
    for (const line of shown[2]!.trim().split('\n')) expect(newYork).toContain(`${line}\n`);
  });

  it('has the reference that the command of the README makes', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'modelmeter-example-'));
    try {
      const out = join(scratch, 'reference.json');
      await run('npm', ['run', 'reference', '--', '--out', out], { cwd: folder });
      const { created: _, ...made } = await readJson(out);
      const { created: __, ...committed } = await readJson(join(folder, 'reference.json'));
      expect(made).toEqual(committed);
    } finally {
      await rm(scratch, { recursive: true });
    }
  });
});

/** What the program prints; it has nothing to warn of. */
async function start(file: string): Promise<string> {
  const { stdout, stderr } = await run('npm', ['start', '--silent', '--', file], { cwd: folder });
  expect(stderr).toBe('');
  return stdout;
}

/** The states that are printed, by feature; that of all together under `state`. */
function statesOf(output: string): Record<string, string> {
  const rows = output.matchAll(/^(\w+) +(ok|investigate|drift|insufficient_data)\b/gm);
  return Object.fromEntries(Array.from(rows, ([, name, state]) => [name, state]));
}

function metric(output: string, name: string, label = ''): number {
  const value = output.match(new RegExp(`^${name}\\{.*${label}.*\\} (.+)$`, 'm'))?.[1];
  if (value === undefined) throw new Error(`${name} is not among the metrics:\n${output}`);
  return Number(value);
}
