import { requireNumericArray, requireUniformBins } from '../../checks/arguments.js';
import { nextBelow } from '../../numeric/next-below.js';
import { uniformEdges } from '../../numeric/uniform-edges.js';
import type { NumericArray, UniformCounts } from '../../types.js';
import { countUniform as countUniformPlainly } from '../typescript/typescript-counts.js';
import { allocateTables } from './counter-tables.js';
import { type Scratch, viewOf } from './scratch.js';

const place = 'countUniform(bins)';

/** `Kernel.countUniform` in WebAssembly. */
export function countUniform(
  scratch: Scratch,
  values: NumericArray,
  minimum: number,
  maximum: number,
  bins: number,
): UniformCounts {
  requireNumericArray('countUniform(values)', values);
  requireUniformBins('countUniform', minimum, maximum, bins);
  const edges = uniformEdges(minimum, maximum, bins);
  const low = edges[0]!;
  const high = edges[bins]!;
  const scale = bins / (high - low);
  // Eight roundings of a value at the far end of the range, in bins.
  const slack = 8 * 2 ** -53 * (2 * Math.max(Math.abs(low), Math.abs(high)) * scale + bins + 2);
  // Bins of a few doubles' width: a product does not even find the neighbour.
  if (!(slack < 0.25)) return countUniformPlainly(values, minimum, maximum, bins);
  return scratch.use((arena) => {
    const slots = bins + 2;
    const edgesAt = arena.allocate(place, (slots + 1) * 8);
    const { address, stride, sums } = allocateTables(arena, place, slots);
    const lower = arena.float64.subarray(edgesAt / 8, edgesAt / 8 + slots + 1);
    lower.fill(Number.NaN);
    lower.set(edges, 1);
    lower[bins + 1] = -nextBelow(-high);
    const { countUniformF32, countUniformF64 } = arena.functions;
    const { block } = scratch;
    const view = viewOf(values);
    let missing = 0;
    scratch.stage(values, view, (at, length) => {
      missing +=
        view === 'float32'
          ? countUniformF32(at, length, edgesAt, bins, scale, slack, address, stride, block)
          : countUniformF64(at, length, edgesAt, bins, scale, slack, address, stride);
    });
    const counts = sums();
    return {
      counts: counts.slice(1, bins + 1),
      below: counts[0]! - missing,
      above: counts[bins + 1]!,
      missing,
    };
  });
}
