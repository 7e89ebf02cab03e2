import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SecretFile } from '@modelmeter/alerts';
import type { SettingsSource } from '@modelmeter/core/settings';
import { CliError, messageOf } from './errors.js';

/** The problem of a secret file with its remedy; undefined when there is none. */
async function secretFileProblem(
  path: string,
  { holds, lineBreakCounts }: Pick<SecretFile, 'holds' | 'lineBreakCounts'>,
): Promise<string | undefined> {
  let text: string;
  let mode: number;
  try {
    text = await readFile(path, 'utf8');
    mode = (await stat(path)).mode & 0o777;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing
      ? `${path} does not exist; write ${holds} into it and run: chmod 600 ${path}`
      : `${path} cannot be read (${messageOf(error)}); name a file that you may read`;
  }
  if (text.trim() === '') return `${path} is empty; write ${holds} into it`;
  // Windows does not keep permissions in the mode.
  if (process.platform !== 'win32' && (mode & 0o007) !== 0) {
    return `${path} is open to every user of this machine (mode ${mode.toString(8)}); run: chmod o= ${path}`;
  }
  if (lineBreakCounts && /[\r\n]$/.test(text)) {
    return `${path} ends with a line break, which Alertmanager before 0.27 reads as part of ${holds}; write it without one, for example with printf`;
  }
  return undefined;
}

/** The problems of the secret files of a configuration, each with the setting that names the file. */
export async function secretFileProblems(
  secrets: readonly SecretFile[],
  folder: string,
  source: SettingsSource,
): Promise<string[]> {
  const problems: string[] = [];
  for (const secret of secrets) {
    const { setting, file } = secret;
    const problem = await secretFileProblem(resolve(folder, file), secret);
    if (problem !== undefined) {
      problems.push(`${source.describePlace(setting)}: ${problem}`);
    }
  }
  return problems;
}

/**
 * The secret in a file, without the line break at its end.
 *
 * @throws CliError SECRET_UNUSABLE when the file is missing, empty or readable by every user.
 */
export async function readSecret(path: string, holds: string): Promise<string> {
  const problem = await secretFileProblem(path, { holds });
  if (problem !== undefined) throw new CliError('SECRET_UNUSABLE', `${problem}.`);
  return (await readFile(path, 'utf8')).trim();
}
