import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { features, feedsOf, readReports } from '../reports.mjs';

const run = promisify(execFile);
const folder = new URL('..', import.meta.url).pathname;

async function readJson(path: string) {
  return JSON.parse(await readFile(path, 'utf8'));
}

describe('the exported pipeline', () => {
  let session: InferenceSession;
  beforeAll(async () => {
    session = await InferenceSession.create(join(folder, 'model.onnx'));
  });

  it('has the columns as inputs, in their types', () => {
    expect(
      session.inputMetadata.map((input) => [input.name, input.isTensor && input.type]),
    ).toEqual(features.map(({ name, type }) => [name, type === 'numeric' ? 'float32' : 'string']));
  });

  it.each(['held-out', 'later'])('predicts %s.csv as scikit-learn does', async (name) => {
    const expected: number[] = (await readJson(join(folder, 'expected.json')))[name];
    const reports = await readReports(join(folder, 'data', `${name}.csv`));
    expect(reports).toHaveLength(600);
    expect(expected).toHaveLength(600);
    // Both ways of a split are taken: with a speed, and without one.
    expect(reports.filter((report) => report.speed_knots === '').length).toBeGreaterThan(100);
    const differing: number[] = [];
    for (const [index, report] of reports.entries()) {
      const { probabilities } = await session.run(feedsOf(report));
      const difference = Math.abs(Number(probabilities!.data[1]) - expected[index]!);
      if (!(difference <= 1e-5)) differing.push(index);
    }
    // Rows that lie on a split of a tree would be here: single precision can take the other side.
    expect(differing).toEqual([]);
  });
});

describe('the rows that are compared', () => {
  it('have airlines among them that the model never saw', async () => {
    const [training, later] = await Promise.all(
      ['training', 'later'].map((name) => readReports(join(folder, 'data', `${name}.csv`))),
    );
    const known = new Set(training!.map(({ operator }) => operator));
    expect(later!.filter(({ operator }) => !known.has(operator)).length).toBeGreaterThan(5);
  });
});

describe('the program', () => {
  let heldOut: string;
  let later: string;
  beforeAll(async () => {
    [heldOut, later] = await Promise.all([start('data/held-out.csv'), start('data/later.csv')]);
  });

  it('finds no drift in other reports of the same years', () => {
    expect(heldOut).toContain('\nstate ok\n');
    expect(rowsOf(heldOut).map(({ name, state }) => [name, state])).toEqual(
      [...features.map(({ name }) => name), 'probabilities'].map((name) => [name, 'ok']),
    );
  });

  it('finds the drift of seven years: airlines, outputs and speeds that are not reported', () => {
    const states = new Map(rowsOf(later).map(({ name, state }) => [name, state]));
    expect(states.get('operator')).toBe('drift');
    expect(states.get('probabilities')).toBe('drift');
    expect(states.get('speed_knots')).toBe('investigate');
    expect(states.get('phase')).toBe('ok');
  });

  it('meters every prediction, and the missing speeds among them', async () => {
    for (const [output, file] of [
      [heldOut, 'held-out.csv'],
      [later, 'later.csv'],
    ] as const) {
      const reports = await readReports(join(folder, 'data', file));
      const missing = reports.filter((report) => report.speed_knots === '').length;
      expect(metric(output, 'model_predictions_total')).toBe(600);
      expect(metric(output, 'model_feature_missing_total')).toBe(missing);
    }
    expect(metric(heldOut, 'model_drifted_features')).toBe(0);
    expect(metric(later, 'model_drifted_features')).toBe(2);
  });

  it('scores as counting by hand does', async () => {
    const reports = await readReports(join(folder, 'data', 'held-out.csv'));
    const expected: number[] = (await readJson(join(folder, 'expected.json')))['held-out'];
    const found = reports.filter(({ damaged }, row) => damaged === '1' && expected[row]! >= 0.2);
    const damaged = reports.filter((report) => report.damaged === '1');
    expect(metric(heldOut, 'model_recall_score')).toBeCloseTo(found.length / damaged.length, 12);
    expect(heldOut).toContain(`\nrecall ${(found.length / damaged.length).toFixed(3)}\n`);
  });

  it('says what the README says', async () => {
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    const samples = Array.from(readme.matchAll(/```text\n([\s\S]*?)```/g), ([, text]) => text);
    expect(samples).toHaveLength(3);
    expect(heldOut).toContain(samples[0]);
    expect(later).toContain(samples[1]);
    for (const line of samples[2]!.trim().split('\n')) expect(later).toContain(`${line}\n`);
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

function rowsOf(output: string) {
  const rows = output.matchAll(/^(\w+) +(ok|investigate|drift|insufficient_data) +/gm);
  return Array.from(rows, ([, name, state]) => ({ name, state })).filter(
    ({ name }) => name !== 'state',
  );
}

function metric(output: string, name: string): number {
  const value = output.match(new RegExp(`^${name}\\{.*\\} (.+)$`, 'm'))?.[1];
  if (value === undefined) throw new Error(`${name} is not among the metrics:\n${output}`);
  return Number(value);
}
