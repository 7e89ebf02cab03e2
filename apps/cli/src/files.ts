import { writeFile } from 'node:fs/promises';
import { CliError, messageOf } from './errors.js';

/** @throws CliError FILE_UNWRITABLE naming the file. */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new CliError(
      'FILE_UNWRITABLE',
      `${path} cannot be written (${messageOf(error)}). Name a file in a folder that exists.`,
      error,
    );
  }
}
