/** Holds what a user of a package downloads and loads against its limit, compressed as a server would. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const limits = [
  { file: 'wasm/build/kernel.wasm', kibibytes: 48, compressed: false },
  { file: 'packages/kernel/dist/index.js', kibibytes: 32, compressed: true },
  { file: 'packages/core/dist/index.js', kibibytes: 24, compressed: true },
  { file: 'packages/onnx/dist/index.js', kibibytes: 4, compressed: true },
  { file: 'packages/function/dist/index.js', kibibytes: 4, compressed: true },
];

let tooLarge = 0;
for (const { file, kibibytes, compressed } of limits) {
  const path = join(root, file);
  const bytes = compressed ? gzipSync(readFileSync(path)).length : statSync(path).size;
  const fits = bytes <= kibibytes * 1024;
  if (!fits) tooLarge += 1;
  console.log(
    `${fits ? 'ok     ' : 'TOO BIG'} ${(bytes / 1024).toFixed(1).padStart(6)} of ${kibibytes} KiB  ${file}${compressed ? ' (gzip)' : ''}`,
  );
}
if (tooLarge > 0) {
  console.error(
    `${tooLarge} of ${limits.length} files are over their limit: make them smaller, or raise the limit and say why.`,
  );
  process.exit(1);
}
