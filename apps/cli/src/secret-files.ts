import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SecretFile } from '@modelmeter/alerts';
import type { SettingsSource } from '@modelmeter/core/settings';
import { CliError, messageOf } from './errors.js';

/** What is wrong with a secret file, in words that name it and the remedy; undefined when nothing. */
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
      : `${path} cannot be read (${messageOf(error)}); let it be a file that you may read`;
  }
  if (text.trim() === '') return `${path} is empty; write ${holds} into it`;
  // Windows keeps who may read a file elsewhere.
  if (process.platform !== 'win32' && (mode & 0o007) !== 0) {
    return `${path} is open to every user of this machine (mode ${mode.toString(8)}); run: chmod o= ${path}`;
  }
  if (lineBreakCounts && /[\r\n]$/.test(text)) {
    return `${path} ends with a line break, which Alertmanager before 0.27 takes for a part of ${holds}; write it without one, as printf does`;
  }
  return undefined;
}

/** The problems of the secret files of a configuration, each behind the setting that names it. */
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
 * @throws CliError SECRET_UNUSABLE when there is none.
 */
export async function readSecret(path: string, holds: string): Promise<string> {
  const problem = await secretFileProblem(path, { holds });
  if (problem !== undefined) throw new CliError('SECRET_UNUSABLE', `${problem}.`);
  return (await readFile(path, 'utf8')).trim();
}
