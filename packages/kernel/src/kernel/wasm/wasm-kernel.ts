import { requireNumericArray } from '../../checks/arguments.js';
import { quantilesOfSorted } from '../../numeric/quantiles.js';
import type { Kernel } from '../../types.js';
import { countCodes } from './count-codes.js';
import { countEdges } from './count-edges.js';
import { countUniform } from './count-uniform.js';
import { moments } from './moments.js';
import { type Scratch, sharedScratch } from './scratch.js';
import { ksTwoSample, sort, tieGroups } from './sorting.js';

/**
 * The WebAssembly kernel.
 *
 * @param scratch Default: the scratch space that all kernels of the thread share.
 * @throws KernelError WASM_UNAVAILABLE.
 */
export function createWasmKernel(scratch: Scratch = sharedScratch()): Kernel {
  return {
    implementation: 'wasm',
    moments: (values) => moments(scratch, values),
    countEdges: (values, edges) => countEdges(scratch, values, edges),
    countUniform: (values, minimum, maximum, bins) =>
      countUniform(scratch, values, minimum, maximum, bins),
    countCodes: (codes, cardinality) => countCodes(scratch, codes, cardinality),
    quantiles(values, probabilities) {
      requireNumericArray('quantiles(values)', values);
      return quantilesOfSorted(sort(scratch, values), probabilities);
    },
    tieGroups: (reference, current) => tieGroups(scratch, reference, current),
    sort: (values) => sort(scratch, values),
    ksTwoSample: (a, b) => ksTwoSample(scratch, a, b),
  };
}
