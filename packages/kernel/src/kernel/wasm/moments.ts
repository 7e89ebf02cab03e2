import { requireNumericArray } from '../../checks/arguments.js';
import { clearMoments, readMoments } from '../../numeric/moments.js';
import type { Moments, NumericArray } from '../../types.js';
import { type Scratch, viewOf } from './scratch.js';

/** `Kernel.moments` in WebAssembly. */
export function moments(scratch: Scratch, values: NumericArray): Moments {
  requireNumericArray('moments(values)', values);
  return scratch.use((arena) => {
    const { functions } = arena;
    const totals = arena.allocate('moments(values)', functions.MOMENTS_BYTES.value);
    clearMoments(arena.float64, totals / 8);
    const view = viewOf(values);
    scratch.stage(values, view, (address, length) => {
      if (view === 'float32') functions.addMomentsF32(address, length, scratch.block, totals);
      else functions.addMomentsF64(address, length, totals);
    });
    return readMoments(arena.float64, totals / 8);
  });
}
