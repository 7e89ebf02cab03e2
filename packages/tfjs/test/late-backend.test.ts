import { createRecordingMonitor } from '@modelmeter/core/testing';
import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { monitorModel } from '../src/index.js';
import { flightMatrix, matrixModel } from './models.js';
import { loadRuntime, type Tfjs } from './runtimes.js';

// A backend that computes at once and answers reads late, as a GPU does, and that forgets what is
// disposed even while it is being read, as webgpu does.

const features = [
  { name: 'distance', type: 'numeric' },
  { name: 'delay', type: 'numeric' },
] as const;
const outputs = { task: 'binary', score: 'probability', decisionThreshold: 0.5 } as const;

let tf: Tfjs;
let monitor: ReturnType<typeof createRecordingMonitor>;
const waitingReads: (() => void)[] = [];

beforeAll(async () => {
  tf = await loadRuntime('cpu');
  const Cpu = tf.backend().constructor as new () => ReturnType<Tfjs['backend']>;
  class LateBackend extends Cpu {
    override async read(dataId: object) {
      await new Promise<void>((resolve) => waitingReads.push(resolve));
      return this.readSync(dataId);
    }
  }
  tf.registerBackend('late', () => new LateBackend());
  tf.copyRegisteredKernels('cpu', 'late');
  await tf.setBackend('late');
});

beforeEach(() => {
  monitor = createRecordingMonitor({ features, outputs });
});

async function answerReads(): Promise<void> {
  for (const answer of waitingReads.splice(0)) answer();
  await vi.waitFor(() => expect(monitor.batches).toHaveLength(1));
}

function expectValues(): void {
  expect(monitor.errors).toEqual([]);
  expect(monitor.batches[0]?.features[0]?.data).toEqual(Float32Array.of(0, -1, 100, 0));
  expect(monitor.batches[0]?.outputs[0]?.data).toHaveLength(2);
}

it('the backend forgets what is disposed while it is read', async () => {
  const tensor = tf.zeros([1]);
  const read = tensor.data();
  tensor.dispose();
  for (const answer of waitingReads.splice(0)) answer();
  await expect(read).rejects.toThrow();
});

it('a call returns while its values are still to come', async () => {
  const model = monitorModel(matrixModel(tf), monitor);
  const result = model.predict(flightMatrix(tf, 2)) as Tensor;
  expect(result.shape).toEqual([2, 1]);
  expect(waitingReads).toHaveLength(2);
  expect(monitor.batches).toEqual([]);
  await answerReads();
  expectValues();
});

it('inputs and result may be disposed at once', async () => {
  const model = monitorModel(matrixModel(tf), monitor);
  const before = tf.memory().numTensors;
  const inputs = flightMatrix(tf, 2);
  tf.dispose([inputs, model.predict(inputs) as Tensor]);
  await answerReads();
  expectValues();
  expect(tf.memory().numTensors).toBe(before);
});

it('a tidy around the call disposes nothing that is still to be read', async () => {
  const model = monitorModel(matrixModel(tf), monitor);
  const before = tf.memory().numTensors;
  tf.tidy(() => void model.predict(flightMatrix(tf, 2)));
  await answerReads();
  expectValues();
  expect(tf.memory().numTensors).toBe(before);
});
