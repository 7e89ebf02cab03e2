import { requireCodes } from '../../checks/arguments.js';
import type { CodeArray, CodeCounts } from '../../types.js';
import { allocateTables } from './counter-tables.js';
import type { Scratch } from './scratch.js';

const place = 'countCodes(cardinality)';

/** `Kernel.countCodes` in WebAssembly. */
export function countCodes(scratch: Scratch, codes: CodeArray, cardinality: number): CodeCounts {
  requireCodes('countCodes', codes, cardinality);
  return scratch.use((arena) => {
    const { countCodesI32, countCodesU8 } = arena.functions;
    const isSigned = Object.prototype.toString.call(codes).startsWith('[object Int');
    const isBytes = codes.BYTES_PER_ELEMENT === 1 && !isSigned;
    const { address, stride, sums } = allocateTables(arena, place, isBytes ? 256 : cardinality + 1);
    let negative = 0;
    scratch.stage(codes, isBytes ? 'uint8' : 'uint32', (at, length) => {
      if (isBytes) countCodesU8(at, length, address);
      else negative += countCodesI32(at, length, cardinality, address, stride);
    });
    // Read as signed, codes of 2^31 and more are negative; as unsigned none is.
    const missing = isSigned ? negative : 0;
    const counts = new Float64Array(cardinality);
    counts.set(sums().subarray(0, cardinality));
    let unseen = codes.length - missing;
    for (const count of counts) unseen -= count;
    return { counts, missing, unseen };
  });
}
