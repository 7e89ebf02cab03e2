import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/**
 * Writes files into a folder, creates it if it does not exist, and prints the path of each file.
 *
 * @throws CliError FILE_UNWRITABLE naming the folder or the file.
 */
export async function writeFolder(
  folder: string,
  files: readonly { readonly file: string; readonly text: string }[],
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new CliError(
      'FILE_UNWRITABLE',
      `The folder ${folder} cannot be created (${messageOf(error)}). Name another one with --out.`,
      error,
    );
  }
  for (const { file, text } of files) {
    const path = join(folder, file);
    await writeText(path, text);
    process.stdout.write(`${path}\n`);
  }
}
