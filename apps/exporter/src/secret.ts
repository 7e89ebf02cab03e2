import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ExporterError, messageOf } from './errors.js';

/**
 * Reads a secret: the one line of printable characters in a file.
 *
 * @param setting The setting that names the file, for the message.
 * @throws ExporterError SECRET_UNREADABLE, which does not show the secret.
 */
export async function readSecret(file: string, setting: string, folder: string): Promise<string> {
  const path = resolve(folder, file);
  const refuse = (problem: string, cause?: unknown): ExporterError =>
    new ExporterError(
      'SECRET_UNREADABLE',
      `${path} ${problem}. Write the secret into it, or correct ${setting}.`,
      { cause },
    );
  let secret: string;
  try {
    secret = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw refuse(`cannot be read (${messageOf(error)})`, error);
  }
  if (secret === '') throw refuse('is empty');
  // fetch refuses an invalid header with a message that contains the secret.
  if (!/^[\x20-\x7e]+$/.test(secret)) {
    throw refuse('holds more than one line of printable characters');
  }
  return secret;
}
