import { describe, it } from 'vitest';
import { describeRuntime } from './every-runtime.js';
import { tfjsNodeProblem } from './runtimes.js';

const problem = await tfjsNodeProblem();

if (problem === undefined) {
  describe('on tfjs-node', () => describeRuntime('tensorflow'));
} else {
  if (problem.isExpected) console.warn(`SKIPPED: the tests on tfjs-node. ${problem.reason}`);
  it.skipIf(problem.isExpected)('on tfjs-node', () => {
    throw new Error(problem.reason);
  });
}
