import { createProgress } from '../progress.js';
import { openDatabase } from '../read/database.js';
import { createReader, type Reader } from '../read/reader.js';

/**
 * Runs a command with an engine and a progress line, and closes both at the end.
 *
 * @param memory Largest memory of the engine, such as `512MB`; chosen by the machine if undefined.
 */
export async function withReader<Result>(
  memory: string | undefined,
  run: (reader: Reader) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(memory);
  const progress = createProgress();
  try {
    return await run(createReader(database, progress));
  } finally {
    progress.stop();
    await database.close();
  }
}
