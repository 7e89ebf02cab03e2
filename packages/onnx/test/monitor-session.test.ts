import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReference, createMonitor, type Monitor } from '@modelmeter/core';
import { adapterConformance, createRecordingMonitor } from '@modelmeter/core/testing';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { Registry } from 'prom-client';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { monitorSession } from '../src/index.js';
import { flights, openSession } from './sessions.js';

type Feeds = Record<string, Tensor>;

const features = [
  { name: 'distance', type: 'numeric' },
  { name: 'delay', type: 'numeric' },
  { name: 'carrier', type: 'categorical' },
] as const;
const outputs = { task: 'binary', score: 'probability', decisionThreshold: 0.5 } as const;

describe('an ONNX session keeps the contract of an adapter: it', () => {
  for (const check of adapterConformance) {
    it(check.name, () =>
      check.run<InferenceSession, InferenceSession.ReturnType>({
        features,
        outputs,
        makeModel: () => openSession('columns'),
        wrap: (session, monitor) => monitorSession(session, monitor),
        call: (session, index) => session.run(flights(index + 1)),
        callFailing: (session) => {
          const { carrier: _, ...incomplete } = flights(2);
          return session.run(incomplete);
        },
        rows: (index) => index + 1,
        equal: (a, b) =>
          JSON.stringify(a.probability?.data) === JSON.stringify(b.probability?.data),
        members: [
          'inputNames',
          'outputNames',
          'inputMetadata',
          'outputMetadata',
          'release',
          'startProfiling',
          'endProfiling',
        ],
      }),
    );
  }
});

describe('a monitored session', () => {
  it('gives the very object that the session returned', async () => {
    const session = await openSession('columns');
    const returned: unknown[] = [];
    const spied = {
      inputNames: session.inputNames,
      outputNames: session.outputNames,
      async run(feeds: InferenceSession.FeedsType) {
        const result = await session.run(feeds);
        returned.push(result);
        return result;
      },
    };
    const monitor = createRecordingMonitor({ features, outputs });
    const result = await monitorSession(spied, monitor).run(flights(2));
    expect(returned).toHaveLength(1);
    expect(result).toBe(returned[0]);
  });

  it('has the type of the bare one', async () => {
    const monitored = monitorSession(
      await openSession('columns'),
      createRecordingMonitor({ features, outputs }),
    );
    expectTypeOf(monitored).toEqualTypeOf<InferenceSession>();
  });

  it('leaves the tensors that it is fed as they were', async () => {
    const feeds = flights(3);
    const before = Object.values(feeds).map(({ data }) => JSON.stringify(data));
    const monitor = createRecordingMonitor({ features, outputs });
    await monitorSession(await openSession('columns'), monitor).run(feeds);
    expect(Object.values(feeds).map(({ data }) => JSON.stringify(data))).toEqual(before);
  });

  it('reads each one-column input as the feature of its name', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    await monitorSession(await openSession('columns'), monitor).run(flights(2));
    expect(monitor.batches[0]?.features).toEqual([
      { names: ['distance'], data: Float32Array.of(0, 100) },
      { names: ['delay'], data: Float32Array.of(-1, 0) },
      { names: ['carrier'], data: ['AA', 'DL'] },
    ]);
    expect(monitor.batches[0]?.outputs.map(({ name }) => name)).toEqual(['probability']);
  });

  it('reads a single matrix as the features of the monitor in their order', async () => {
    const monitor = createRecordingMonitor({ features: features.slice(0, 2), outputs });
    const matrix = new Tensor('float32', Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
    await monitorSession(await openSession('matrix'), monitor).run({ features: matrix });
    expect(monitor.batches[0]?.rows).toBe(3);
    expect(monitor.batches[0]?.features).toEqual([
      { names: ['distance', 'delay'], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    ]);
  });

  it('is refused when the names of the columns do not fit an input', async () => {
    const monitor = createRecordingMonitor({ features: features.slice(0, 2), outputs });
    const matrix = await openSession('matrix');
    expect(() => monitorSession(matrix, monitor, { features: { features: ['distance'] } })).toThrow(
      expect.objectContaining({
        code: 'MODEL_MISMATCH',
        message: expect.stringContaining('takes 2 columns and 1 features are declared') as string,
      }),
    );
  });

  it.each<[string, Parameters<typeof createRecordingMonitor>[0], RegExp]>([
    [
      'feature',
      { features: [{ name: 'distanse', type: 'numeric' }], outputs },
      /Feature "distanse" is not an input of the model\. Available: distance/,
    ],
    [
      'output',
      { features, outputs: { task: 'binary', score: 'proba', decisionThreshold: 0.5 } },
      /The model has no output "proba"\. Available: .*probability/,
    ],
  ])(
    'is refused when a %s is misspelt, with the names that exist',
    async (_, settings, message) => {
      const session = await openSession('columns');
      expect(() => monitorSession(session, createRecordingMonitor(settings))).toThrow(message);
    },
  );

  it('is refused for a promise, and for a session that is wrapped already', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const opening = openSession('columns');
    expect(() => monitorSession(opening as never, monitor)).toThrow(/Await the model first/);
    const wrapped = monitorSession(await opening, monitor);
    expect(() => monitorSession(wrapped, monitor)).toThrow(/wrapped already/);
  });

  it('reads int64 inputs together with float ones', async () => {
    const monitor = createRecordingMonitor({
      features: [
        { name: 'price', type: 'numeric' },
        { name: 'items', type: 'numeric' },
      ],
      outputs,
    });
    await monitorSession(await openSession('mixed'), monitor).run({
      price: new Tensor('float32', Float32Array.of(0.1, 0.2), [2]),
      items: new Tensor('int64', BigInt64Array.of(1n, 2n), [2]),
    });
    expect(monitor.batches[0]?.features[1]).toEqual({
      names: ['items'],
      data: BigInt64Array.of(1n, 2n),
    });
  });

  it('reads every type of tensor that a feature comes in', async () => {
    const names = ['float', 'double', 'int64', 'int32', 'uint8', 'bool', 'string'] as const;
    const monitor = createRecordingMonitor({
      features: names.map((name) => ({
        name,
        type: name === 'string' ? ('categorical' as const) : ('numeric' as const),
      })),
      outputs,
    });
    const dims = [2, 1];
    const session = monitorSession(await openSession('types'), monitor);
    await session.run({
      float: new Tensor('float32', [1.5, -2], dims),
      double: new Tensor('float64', [1.5, -2], dims),
      int64: new Tensor('int64', [1n, -2n], dims),
      int32: new Tensor('int32', [1, -2], dims),
      uint8: new Tensor('uint8', [1, 2], dims),
      bool: new Tensor('bool', [true, false], dims),
      string: new Tensor('string', ['a', 'b'], dims),
    });
    const [batch] = monitor.batches;
    const valuesOf = (blocks: readonly { readonly data: ArrayLike<unknown> }[]): unknown[][] =>
      blocks.map(({ data }) => Array.from(data));
    const expected = [
      [1.5, -2],
      [1.5, -2],
      [1n, -2n],
      [1, -2],
      [1, 2],
      [1, 0],
      ['a', 'b'],
    ];
    expect(valuesOf(batch!.features)).toEqual(expected);
    expect(valuesOf(batch!.outputs.slice(1))).toEqual(expected);
    expect(monitor.errors).toEqual([]);
  });

  it('reads half precision as the numbers that the bits mean, where the runtime takes it', async () => {
    const monitor = createRecordingMonitor({
      features: [{ name: 'half', type: 'numeric' }],
      outputs,
    });
    const bare = await openSession('half');
    const feeds = { half: new Tensor('float16', Uint16Array.of(0x3e00, 0xc000), [2, 1]) };
    const refusal = await bare.run(feeds).then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    );
    const run = monitorSession(bare, monitor).run(feeds);
    if (refusal !== undefined) {
      // Since Node 24 the tensors hold a Float16Array, which the addon of ONNX Runtime cannot read.
      expect('Float16Array' in globalThis).toBe(true);
      await expect(run).rejects.toThrow(refusal);
      expect(monitor.batches).toMatchObject([{ error: { reason: 'runtime' } }]);
      return;
    }
    await run;
    expect(monitor.batches[0]?.features[0]?.data).toEqual(Float32Array.of(1.5, -2));
    expect(monitor.batches[0]?.outputs[1]?.data).toEqual(Float32Array.of(1.5, -2));
  });

  const classOutput = { task: 'multiclass', class: 'output_label', classes: ['0', '1'] } as const;

  it('names zipmap=False where the runtime cannot return the output of a classifier', async () => {
    const monitor = createRecordingMonitor({
      features: features.slice(0, 1),
      outputs: classOutput,
    });
    const session = monitorSession(await openSession('zipmap'), monitor);
    const distance = new Tensor('float32', [1], [1, 1]);
    await expect(session.run({ distance })).rejects.toThrow(/non tensor/i);
    expect(monitor.errors).toMatchObject([{ stage: 'outputs' }]);
    expect(String(monitor.errors[0]?.error)).toMatch(/"output_probability".*zipmap=False/);
    expect(monitor.batches).toMatchObject([{ error: { reason: 'runtime' } }]);
  });

  it('works with the outputs of such a model that are tensors', async () => {
    const monitor = createRecordingMonitor({
      features: features.slice(0, 1),
      outputs: classOutput,
    });
    const session = monitorSession(await openSession('zipmap'), monitor);
    await session.run({ distance: new Tensor('float32', [0, 3], [2, 1]) }, ['output_label']);
    expect(monitor.errors).toEqual([]);
    expect(monitor.batches[0]?.outputs).toEqual([
      { name: 'output_label', data: BigInt64Array.of(0n, 1n) },
    ]);
  });

  it('passes run options and the wanted outputs on', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const bare = await openSession('columns');
    const passed: unknown[][] = [];
    const spied = new Proxy(bare, {
      get(target, member) {
        if (member === 'run') {
          return (...args: Parameters<InferenceSession['run']>) => {
            passed.push(args);
            return target.run(...args);
          };
        }
        return Reflect.get(target, member, target);
      },
    });
    const feeds = flights(1);
    const runOptions = { logSeverityLevel: 4 as const, tag: 'a' };
    await monitorSession(spied, monitor).run(feeds, ['probability'], runOptions);
    expect(passed).toEqual([[feeds, ['probability'], runOptions]]);
    expect(passed[0]?.[0]).toBe(feeds);
  });

  it('profiles as the bare one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'modelmeter-'));
    const bare = await openSession('columns', {
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
    });
    const session = monitorSession(bare, createRecordingMonitor({ features, outputs }));
    session.startProfiling();
    await session.run(flights(1));
    session.endProfiling();
    const [file] = readdirSync(folder);
    expect(readFileSync(join(folder, file!), 'utf8')).toContain('model_run');
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['missing', ({ carrier: _, ...rest }: Feeds) => rest],
    ['of another type', (feeds: Feeds) => ({ ...feeds, delay: feeds.carrier! })],
    ['of another rank', (feeds: Feeds) => ({ ...feeds, delay: new Tensor('float32', [1], [1]) })],
    ['too wide', (feeds: Feeds) => ({ ...feeds, delay: new Tensor('float32', [1, 2], [1, 2]) })],
    ['no tensor', (feeds: Feeds) => ({ ...feeds, delay: [1] as never })],
  ])('counts a call whose input is %s as invalid_input', async (_kind, spoil) => {
    const monitor = createRecordingMonitor({ features, outputs });
    const session = monitorSession(await openSession('columns'), monitor);
    await expect(session.run(spoil(flights(1)))).rejects.toThrow();
    expect(monitor.batches).toMatchObject([{ error: { reason: 'invalid_input' } }]);
  });

  it('still releases the session behind it', async () => {
    const session = await openSession('columns');
    const monitored = monitorSession(session, createRecordingMonitor({ features, outputs }));
    await monitored.release();
    await expect(session.run(flights(1))).rejects.toThrow();
  });
});

describe('prediction ids', () => {
  it('come from the call that brings them', async () => {
    const monitor = createRecordingMonitor({
      features,
      outputs,
      details: { predictionIds: ['a', 'b'] },
    });
    await monitorSession(await openSession('columns'), monitor).run(flights(2));
    expect(monitor.batches[0]?.predictionIds).toEqual(['a', 'b']);
  });

  it('come from the feeds when an option reads them', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const session = monitorSession(await openSession('columns'), monitor, {
      predictionIds: ({ distance }) => Array.from(distance!.data as Float32Array, String),
    });
    await session.run(flights(2));
    expect(monitor.batches[0]?.predictionIds).toEqual(['0', '100']);
  });
});

it('rejects an input that does not fit its feature before the session sees it', async () => {
  const monitor = createRecordingMonitor({
    features: [{ ...features[0], minimum: 0, maximum: 150 }, ...features.slice(1)],
    outputs,
    requiresValidInput: true,
  });
  const session = monitorSession(await openSession('columns'), monitor);
  const rejected = await session.run(flights(3)).catch((error: unknown) => error);
  expect(rejected).toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining(
      '"distance" is 200 in row 2; it must be a number from 0 to 150',
    ),
  });
  expect(monitor.batches).toMatchObject([{ rows: 3, error: { reason: 'invalid_input' } }]);
  expect(monitor.inFlight).toBe(0);
});

it('meters a session in the metrics of a scrape, targets included', async () => {
  const registry = new Registry();
  const monitor: Monitor = createMonitor({
    model: { name: 'late-flights', version: '3', runtime: 'onnx' },
    features,
    outputs,
    registry,
    quality: { minimumSamples: 1 },
    reference: buildReference({
      modelName: 'late-flights',
      modelVersion: '3',
      created: '2026-01-01T00:00:00.000Z',
      source: 'test rows',
      features,
      columns: { distance: [0, 100, 200], delay: [-1, 0, 1], carrier: ['AA', 'DL', 'UA'] },
    }),
  });
  const session = monitorSession(await openSession('columns'), monitor);
  await monitor.withCall({ predictionIds: ['a', 'b', 'c', 'd'] }, () => session.run(flights(4)));
  await expect(session.run({})).rejects.toThrow();
  monitor.recordTargets([{ predictionId: 'a', value: 0 }]);
  const text = await registry.metrics();
  const model = 'model_name="late-flights",model_version="3"';
  expect(text).toContain(`model_predictions_total{${model},status="success"} 1`);
  expect(text).toContain(`model_predictions_total{${model},status="error"} 1`);
  expect(text).toContain(`model_prediction_samples_total{${model}} 4`);
  expect(text).toContain(`model_outcomes_total{${model},outcome="tn"} 1`);
  const unseen = text.split('\n').find((line) => line.includes('category="__unseen__"'));
  expect(unseen).toMatch(/^model_feature_category_total\{.*feature="carrier".*\} 1$/);
  monitor.close();
});
