import { expect, it } from 'vitest';
import { loadRuntime, tfjsNodeProblem } from '../../../packages/tfjs/test/runtimes.js';
import { largestDifference } from './largest-difference.js';

const problem = await tfjsNodeProblem();

if (problem?.isExpected) {
  console.warn(`SKIPPED: the Keras model on tfjs-node. ${problem.reason}`);
}
it.skipIf(problem?.isExpected)(
  'the converted model predicts on tfjs-node what Keras does',
  async () => {
    if (problem !== undefined) throw new Error(problem.reason);
    const tf = await loadRuntime('tensorflow');
    expect(await largestDifference()).toBeLessThan(1e-5);
    expect(tf.getBackend()).toBe('tensorflow');
  },
);
