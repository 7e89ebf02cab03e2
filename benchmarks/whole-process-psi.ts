/** Twenty equal-width indices of two raw files of doubles: whole-process-psi.py in our words. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKernel } from '@modelmeter/kernel';
import { equalWidthPsi } from '@modelmeter/kernel/compatibility';

const folder = process.argv[2]!;
const read = (name: string): Float64Array => {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, name));
  return new Float64Array(buffer, byteOffset, byteLength / 8);
};
const kernel = createKernel();
const reference = read('reference');
const current = read('current');
let index = 0;
for (let run = 0; run < 20; run += 1) index = equalWidthPsi(kernel, reference, current);
console.log(index);
