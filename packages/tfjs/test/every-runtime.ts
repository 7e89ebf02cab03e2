import {
  type AdapterSubject,
  adapterConformance,
  createRecordingMonitor,
  type RecordingMonitor,
} from '@modelmeter/core/testing';
import type { GraphModel, LayersModel, Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { monitorModel, type Reading } from '../src/index.js';
import {
  carrierFlights,
  columnsModel,
  flightColumns,
  flightMatrix,
  loadGraph,
  matrixModel,
  twoOutputModel,
} from './models.js';
import { loadRuntime, type RuntimeName, type Tfjs } from './runtimes.js';

const numeric = [
  { name: 'distance', type: 'numeric' },
  { name: 'delay', type: 'numeric' },
] as const;
const withCarrier = [numeric[0], { name: 'carrier', type: 'categorical' }] as const;
const outputs = { task: 'binary', score: 'probability', decisionThreshold: 0.5 } as const;

/** Reads that were begun are over: the runtimes here read within microtasks. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What holds on every runtime, whichever way tensors are read. */
export function describeRuntime(backend: RuntimeName): void {
  let tf: Tfjs;
  beforeAll(async () => {
    tf = await loadRuntime(backend);
    // The runtime advises against executeAsync where execute would do; both are meant here.
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });

  /** What ten rounds of calls add to the tensors, data and bytes of the runtime, after a first one. */
  async function tensorsAdded(
    round: (bare: boolean) => Promise<void>,
  ): Promise<{ readonly bare: number[]; readonly metered: number[] }> {
    const count = async (bare: boolean): Promise<number[]> => {
      await round(bare);
      const before = tf.memory();
      for (let times = 0; times < 10; times += 1) await round(bare);
      const after = tf.memory();
      return [
        after.numTensors - before.numTensors,
        after.numDataBuffers - before.numDataBuffers,
        after.numBytes - before.numBytes,
      ];
    };
    return { bare: await count(true), metered: await count(false) };
  }

  describe.each<Reading>(['synchronous', 'asynchronous'])('with %s reading', (reading) => {
    const recorder = (features: RecordingMonitor['features'] = numeric): RecordingMonitor =>
      createRecordingMonitor({ features, outputs });
    const wrap = <Model extends LayersModel | GraphModel>(
      model: Model,
      monitor: RecordingMonitor,
    ): Model => monitorModel(model, monitor, { reading });
    const sameValues = (a: Tensor, b: Tensor): boolean =>
      JSON.stringify(a.dataSync()) === JSON.stringify(b.dataSync());
    const rows = (index: number): number => index + 1;

    const layers: AdapterSubject<LayersModel, Tensor> = {
      features: numeric,
      outputs,
      makeModel: () => columnsModel(tf),
      wrap,
      call(model, index) {
        const inputs = flightColumns(tf, rows(index));
        const result = model.predict(inputs);
        // Tensors that are not disposed stay in the runtime.
        tf.dispose(inputs);
        return result as Tensor;
      },
      callFailing: (model) => model.predict(tf.zeros([2, 3])) as Tensor,
      rows,
      equal: sameValues,
      members: ['inputNames', 'outputNames', 'weights', 'summary', 'save', 'fit', 'dispose'],
    };
    const graph: AdapterSubject<GraphModel, Tensor> = {
      features: numeric,
      outputs,
      makeModel: () => loadGraph(tf, 'matrix'),
      wrap,
      call(model, index) {
        const inputs = flightMatrix(tf, rows(index));
        const result = model.execute(inputs);
        inputs.dispose();
        return result as Tensor;
      },
      callFailing: (model) => model.execute(tf.zeros([2, 3])) as Tensor,
      rows,
      equal: sameValues,
      members: ['inputNodes', 'outputNodes', 'inputs', 'modelSignature', 'save', 'dispose'],
    };
    const asyncGraph: AdapterSubject<GraphModel, Tensor> = {
      ...graph,
      features: withCarrier,
      makeModel: () => loadGraph(tf, 'carriers'),
      async call(model, index) {
        const inputs = carrierFlights(tf, rows(index));
        const result = await model.executeAsync(inputs);
        tf.dispose(inputs);
        return result as Tensor;
      },
      async callFailing(model) {
        const { carrier: _, ...incomplete } = carrierFlights(tf, 2);
        return (await model.executeAsync(incomplete)) as Tensor;
      },
    };

    for (const check of adapterConformance) {
      it(`a layers model ${check.name}`, () => check.run(layers));
      it(`a graph model ${check.name}`, () => check.run(graph));
      it(`a graph model that runs asynchronously ${check.name}`, () => check.run(asyncGraph));
    }

    it.each([
      ['predict', () => flightColumns(tf, 2)],
      ['predictOnBatch', () => flightColumns(tf, 2)],
    ] as const)('a layers model is metered in %s', async (method, makeInputs) => {
      const monitor = recorder();
      wrap(columnsModel(tf), monitor)[method](makeInputs());
      await settled();
      expect(monitor.batches).toMatchObject([
        {
          rows: 2,
          features: [
            { names: ['distance'], data: Float32Array.of(0, 100) },
            { names: ['delay'], data: Float32Array.of(-1, 0) },
          ],
          outputs: [{ name: 'probability' }],
        },
      ]);
      expectLogistic(monitor, [-1.05, -0.9]);
    });

    it.each(['predict', 'predictAsync', 'execute', 'executeAsync'] as const)(
      'a graph model is metered in %s',
      async (method) => {
        const monitor = recorder();
        await wrap(await loadGraph(tf, 'matrix'), monitor)[method](flightMatrix(tf, 3));
        await settled();
        expect(monitor.errors).toEqual([]);
        expect(monitor.batches).toMatchObject([
          {
            rows: 3,
            features: [
              { names: ['distance', 'delay'], data: Float32Array.of(0, -1, 100, 0, 200, 1) },
            ],
          },
        ]);
        expectLogistic(monitor, [-1.05, -0.9, -0.75]);
      },
    );

    it('tensors of every type are read, given as a map, a list or with the number of their output', async () => {
      const monitor = recorder([
        numeric[0],
        { name: 'stops', type: 'numeric' },
        { name: 'cargo', type: 'numeric' },
      ]);
      const model = wrap(await loadGraph(tf, 'columns'), monitor);
      const inputs = {
        distance: tf.tensor2d([[100], [200]]),
        stops: tf.tensor2d([[1], [0]], [2, 1], 'int32'),
        cargo: tf.tensor2d([[true], [false]], [2, 1], 'bool'),
      };
      model.predict(inputs);
      model.predict(model.inputNodes.map((name) => inputs[name as keyof typeof inputs]));
      model.predict({ 'distance:0': inputs.distance, stops: inputs.stops, cargo: inputs.cargo });
      await settled();
      expect(monitor.errors).toEqual([]);
      expect(monitor.batches).toHaveLength(3);
      for (const { features } of monitor.batches) {
        const byName = Object.fromEntries(features.map(({ names, data }) => [names[0], data]));
        expect(byName).toEqual({
          distance: Float32Array.of(100, 200),
          stops: Int32Array.of(1, 0),
          cargo: Uint8Array.of(1, 0),
        });
      }
      expectLogistic(monitor, [0.35, 0.2]);
    });

    it('strings are read as strings', async () => {
      const monitor = recorder(withCarrier);
      await wrap(await loadGraph(tf, 'carriers'), monitor).executeAsync(carrierFlights(tf, 4));
      await settled();
      expect(monitor.batches[0]?.features[1]).toEqual({
        names: ['carrier'],
        data: ['AA', 'DL', 'UA', 'XX'],
      });
      expectLogistic(monitor, [0.5, -0.15, 0.325, 0.3]);
    });

    it('of several outputs the one that the monitor names is read, in whatever form they come', async () => {
      const layersMonitor = recorder();
      wrap(twoOutputModel(tf), layersMonitor).predict(flightMatrix(tf, 2));
      const graphMonitor = recorder([numeric[0]]);
      const model = wrap(await loadGraph(tf, 'columns'), graphMonitor);
      const inputs = {
        distance: tf.tensor2d([[100]]),
        stops: tf.tensor2d([[1]], [1, 1], 'int32'),
        cargo: tf.tensor2d([[true]], [1, 1], 'bool'),
      };
      model.predict(inputs);
      model.execute(inputs);
      model.execute(inputs, 'Identity_1:0');
      model.execute(inputs, ['Identity_1', 'Identity']);
      await model.executeAsync(inputs, ['Identity_1:0']);
      await settled();
      expectLogistic(layersMonitor, [-1.05, -0.9]);
      expect(graphMonitor.errors).toEqual([]);
      expect(graphMonitor.batches).toHaveLength(5);
      for (let call = 0; call < 5; call += 1) expectLogistic(graphMonitor, [0.35], call);
    });

    it('an intermediate value that a call asks for is not taken for the prediction', async () => {
      const monitor = recorder();
      const model = wrap(await loadGraph(tf, 'matrix'), monitor);
      const logit = model.execute(flightMatrix(tf, 2), 'StatefulPartitionedCall/MatMul');
      await settled();
      expect((logit as Tensor).shape).toEqual([2, 1]);
      expect(monitor.batches).toMatchObject([{ rows: 2, outputs: [] }]);
      expect(monitor.errors).toMatchObject([{ stage: 'outputs' }]);
      expect(String(monitor.errors[0]?.error)).toContain(
        'StatefulPartitionedCall/MatMul and the monitor reads "probability"',
      );
    });

    it('inputs and result may be disposed at once', async () => {
      const monitor = recorder();
      const model = wrap(matrixModel(tf), monitor);
      const inputs = flightMatrix(tf, 2);
      const result = model.predict(inputs) as Tensor;
      inputs.dispose();
      result.dispose();
      await settled();
      expect(monitor.errors).toEqual([]);
      expect(monitor.batches[0]?.features[0]?.data).toEqual(Float32Array.of(0, -1, 100, 0));
      expectLogistic(monitor, [-1.05, -0.9]);
    });

    it('the result of a promise may be disposed at once too', async () => {
      const monitor = recorder(withCarrier);
      const model = wrap(await loadGraph(tf, 'carriers'), monitor);
      const inputs = carrierFlights(tf, 2);
      const result = (await model.executeAsync(inputs)) as Tensor;
      tf.dispose([inputs, result]);
      await settled();
      expect(monitor.errors).toEqual([]);
      expect(monitor.batches[0]?.features[1]?.data).toEqual(['AA', 'DL']);
      expectLogistic(monitor, [0.5, -0.15]);
    });

    it('no tensor is left behind, nor is one of the caller touched', async () => {
      const inputs = flightMatrix(tf, 5);
      const flights = carrierFlights(tf, 5);
      const layersModel = matrixModel(tf);
      const graphModel = await loadGraph(tf, 'carriers');
      const added = await tensorsAdded(async (bare) => {
        const results = [
          (bare ? layersModel : wrap(layersModel, recorder())).predict(inputs) as Tensor,
          await (bare ? graphModel : wrap(graphModel, recorder(withCarrier))).executeAsync(flights),
        ];
        await settled();
        tf.dispose(results);
      });
      expect(added.metered).toEqual(added.bare);
      expect(added.metered).toEqual([0, 0, 0]);
      expect(inputs.isDisposed).toBe(false);
    });

    it('calls that fail leave no more tensors behind than they do without the monitor', async () => {
      const wrong = tf.zeros([2, 3]);
      const { carrier: _, ...incomplete } = carrierFlights(tf, 2);
      const layersModel = matrixModel(tf);
      const graphModel = await loadGraph(tf, 'carriers');
      const added = await tensorsAdded(async (bare) => {
        expect(() => (bare ? layersModel : wrap(layersModel, recorder())).predict(wrong)).toThrow();
        await expect(
          (bare ? graphModel : wrap(graphModel, recorder(withCarrier))).executeAsync(incomplete),
        ).rejects.toThrow();
        await settled();
      });
      expect(added.metered).toEqual(added.bare);
    });

    it('a tidy around the call takes nothing that is still to be read, and nothing stays', async () => {
      const monitor = recorder();
      const model = wrap(matrixModel(tf), monitor);
      const before = tf.memory().numTensors;
      const kept = tf.tidy(() => (model.predict(flightMatrix(tf, 2)) as Tensor).mean());
      await settled();
      expect(monitor.errors).toEqual([]);
      expect(monitor.batches[0]?.features[0]?.data).toEqual(Float32Array.of(0, -1, 100, 0));
      expectLogistic(monitor, [-1.05, -0.9]);
      expect(tf.memory().numTensors).toBe(before + 1);
      kept.dispose();
    });

    it('an input that was disposed fails as it does without the monitor', async () => {
      const monitor = recorder();
      const inputs = flightMatrix(tf, 2);
      inputs.dispose();
      const bare = matrixModel(tf);
      const expected = messageOf(() => bare.predict(inputs));
      expect(messageOf(() => wrap(bare, monitor).predict(inputs))).toBe(expected);
      await settled();
      expect(monitor.batches).toMatchObject([{ error: { reason: 'invalid_input' } }]);
    });

    it('inputs that do not fit are refused before the model runs', async () => {
      const monitor = createRecordingMonitor({
        features: [numeric[0], { name: 'delay', type: 'numeric', minimum: 0 }],
        outputs,
        requiresValidInput: true,
      });
      const model = wrap(matrixModel(tf), monitor);
      expect(() => model.predict(flightMatrix(tf, 2))).toThrow(
        expect.objectContaining({ code: 'INPUT_INVALID' }),
      );
      const graphModel = wrap(await loadGraph(tf, 'matrix'), monitor);
      await expect(graphModel.executeAsync(flightMatrix(tf, 2))).rejects.toMatchObject({
        code: 'INPUT_INVALID',
      });
      expect(monitor.batches).toMatchObject([
        { error: { reason: 'invalid_input' } },
        { error: { reason: 'invalid_input' } },
      ]);
    });
  });

  it('the values of this backend are read before predict returns', () => {
    const monitor = createRecordingMonitor({ features: numeric, outputs });
    const model = monitorModel(matrixModel(tf), monitor);
    const before = tf.memory().numTensors;
    model.predict(flightMatrix(tf, 2));
    expect(monitor.batches).toHaveLength(1);
    expect(tf.memory().numTensors).toBe(before + 2);
  });

  it('the array of an input may be written to once the call is made', async () => {
    const monitor = createRecordingMonitor({ features: numeric, outputs });
    const layersModel = monitorModel(matrixModel(tf), monitor);
    const graphModel = monitorModel(await loadGraph(tf, 'matrix'), monitor);
    for (const call of [
      (inputs: Tensor) => layersModel.predict(inputs),
      (inputs: Tensor) => graphModel.executeAsync(inputs),
    ]) {
      const values = Float32Array.of(0, -1, 100, 0);
      const pending = call(tf.tensor2d(values, [2, 2]));
      values.fill(7);
      await pending;
    }
    expect(monitor.batches.map(({ features }) => features[0]?.data)).toEqual([
      Float32Array.of(0, -1, 100, 0),
      Float32Array.of(0, -1, 100, 0),
    ]);
  });

  it('what the runtime says against its inputs counts as invalid input', async () => {
    const monitor = createRecordingMonitor({ features: numeric, outputs });
    const layersModel = monitorModel(matrixModel(tf), monitor);
    const graphModel = monitorModel(await loadGraph(tf, 'matrix'), monitor);
    const twoInputs = monitorModel(columnsModel(tf), monitor);
    const [distance] = flightColumns(tf, 1);
    expect(() => layersModel.predict(tf.zeros([1, 3]))).toThrow();
    expect(() => layersModel.predict(flightColumns(tf, 1))).toThrow();
    expect(() => twoInputs.predict(distance)).toThrow();
    expect(() => graphModel.predict(tf.zeros([1, 3]))).toThrow();
    expect(() => graphModel.predict(tf.zeros([1, 2], 'int32'))).toThrow();
    expect(() => graphModel.predict(flightColumns(tf, 1))).toThrow();
    expect(() => graphModel.execute({})).toThrow();
    await expect(graphModel.executeAsync({ nothing: distance })).rejects.toThrow();
    expect(monitor.batches).toHaveLength(8);
    expect(new Set(monitor.batches.map(({ error }) => error?.reason))).toEqual(
      new Set(['invalid_input']),
    );
  });
}

/** The probabilities that were observed, against the logits that they come from. */
function expectLogistic(monitor: RecordingMonitor, logits: readonly number[], call = 0): void {
  const [output] = monitor.batches[call]?.outputs ?? [];
  expect(output?.name).toBe('probability');
  const expected = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const actual = Array.from(output!.data as Float32Array);
  expect(actual).toHaveLength(expected.length);
  for (const [row, probability] of expected.entries()) {
    expect(actual[row]).toBeCloseTo(probability, 6);
  }
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return String(error);
  }
  throw new Error('it did not fail');
}
