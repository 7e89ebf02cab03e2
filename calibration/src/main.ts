/** Prints the calibration table of the drift decision on real data: npm run calibration */
import { fileURLToPath } from 'node:url';
import { calibrate } from './calibration.js';
import { openDatabase } from './data/database.js';
import { readOptions, usage } from './options.js';
import { createProgress } from './progress.js';
import { formatSection } from './row.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(usage);
    return;
  }
  const startMs = performance.now();
  const database = await openDatabase();
  const progress = createProgress(process.stderr);
  let goals = 0;
  let missed = 0;
  for await (const section of calibrate(options, database, repository, progress)) {
    progress.clear();
    console.log(formatSection(section));
    goals += section.rows.filter(({ met }) => met !== undefined).length;
    missed += section.rows.filter(({ met }) => met === false).length;
  }
  database.close();
  const seconds = Math.round((performance.now() - startMs) / 1000);
  console.log(`${goals - missed} of ${goals} goals met, ${missed} missed; ${seconds} s`);
  process.exitCode = missed === 0 ? 0 : 1;
}

try {
  await main();
} catch (error) {
  console.error(`calibration: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
