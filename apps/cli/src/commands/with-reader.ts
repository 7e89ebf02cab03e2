import { createProgress } from '../progress.js';
import { openDatabase } from '../read/database.js';
import { createReader, type Reader } from '../read/reader.js';

/** Runs a command with an engine and a progress line of its own, and takes both away after it. */
export async function withReader<Result>(
  run: (reader: Reader) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase();
  const progress = createProgress();
  try {
    return await run(createReader(database, progress));
  } finally {
    progress.stop();
    await database.close();
  }
}
