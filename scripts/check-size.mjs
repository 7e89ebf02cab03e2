/** Holds what a user of a package downloads and loads against its limit, compressed as a server would. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const limits = [
  { file: 'wasm/build/kernel.wasm', kibibytes: 48, compressed: false },
  { file: 'packages/kernel/dist/index.js', kibibytes: 56, compressed: true },
  // All statistics; a bundler leaves out what is not imported.
  { file: 'packages/kernel/dist/statistics.js', kibibytes: 56, compressed: true },
  { file: 'packages/kernel/dist/profiles.js', kibibytes: 56, compressed: true },
  // The drift engine with findings, segments, one's own statistics and recorded references; the
  // meter of calls; the metric store, which writes both formats of a scrape; the fleet's counters;
  // embeddings with their windows and decision; thirty scores of five tasks with their intervals;
  // cohorts, segments and early targets; estimates of quality before the targets; the comparison of
  // versions; saving and restoring all of it.
  { file: 'packages/core/dist/index.js', kibibytes: 108, compressed: true },
  { file: 'packages/onnx/dist/index.js', kibibytes: 4, compressed: true },
  { file: 'packages/tfjs/dist/index.js', kibibytes: 4, compressed: true },
  { file: 'packages/function/dist/index.js', kibibytes: 4, compressed: true },
];

let tooLarge = 0;
for (const { file, kibibytes, compressed } of limits) {
  const path = join(root, file);
  const bytes = compressed ? compressedBytes(path) : statSync(path).size;
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

/** An entry point and the chunks that it shares with the others of its package. */
function compressedBytes(path) {
  const folder = dirname(path);
  const chunks = readdirSync(folder).filter((name) => /^chunk-.*\.js$/.test(name));
  const files = [path, ...chunks.map((name) => join(folder, name))];
  return gzipSync(Buffer.concat(files.map((file) => readFileSync(file)))).length;
}
