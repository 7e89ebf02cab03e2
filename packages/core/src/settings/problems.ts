import type { z } from 'zod';
import { CoreError, type Problem } from '../errors.js';

/** A place in the settings, such as `['features', 2, 'type']`. */
export type SettingPath = readonly PropertyKey[];

/** Where settings were written, which decides how an error names a place in them. */
export interface SettingsSource {
  /** `driftDetection.psiThreshold` in code, `drift_detection.psi_threshold (line 12)` in a file. */
  describePlace(path: SettingPath): string;
  /** The name of a setting inside a sentence. */
  spell(name: string): string;
}

/** Settings that were passed to a function. */
export const settingsInCode: SettingsSource = {
  describePlace: formatPath,
  spell: (name) => name,
};

/** `models[0].features[2].type` from its parts; each name in the spelling of the source. */
export function formatPath(
  path: SettingPath,
  spell: SettingsSource['spell'] = settingsInCode.spell,
): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? spell(String(part)) : `${text}.${spell(String(part))}`;
  }, '');
}

/** Marks the name of a setting in a message, so that it is spelled as its source spells it. */
export function setting(name: string): string {
  return `\u27e8${name}\u27e9`;
}

/** One problem, in the spelling of its source. */
export function settingProblem(
  source: SettingsSource,
  path: SettingPath,
  message: string,
): Problem {
  return {
    path: source.describePlace(path) || '(top level)',
    message: message.replace(/\u27e8([\w.]+)\u27e9/g, (_, name: string) =>
      name.split('.').map(source.spell).join('.'),
    ),
  };
}

/** A CONFIG_INVALID error with all problems, in the form that every refusal of settings has. */
export function settingsError(problems: readonly Problem[], cause?: unknown): CoreError {
  return new CoreError(
    'CONFIG_INVALID',
    `The configuration has ${problems.length === 1 ? 'an invalid setting' : `${problems.length} invalid settings`}:\n${problems
      .map(({ path, message }) => `  ${path}: ${message}`)
      .join('\n')}`,
    { problems, cause },
  );
}

/** A CONFIG_INVALID error with a single problem. */
export function settingError(
  source: SettingsSource,
  path: SettingPath,
  message: string,
  cause?: unknown,
): CoreError {
  return settingsError([settingProblem(source, path, message)], cause);
}

/**
 * Parses settings with a schema. Defaults are filled in, durations become milliseconds.
 *
 * @param root Path of `input` within the settings.
 * @throws CoreError CONFIG_INVALID with one problem for each invalid setting.
 */
export function parseSettings<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  source: SettingsSource = settingsInCode,
  root: SettingPath = [],
): z.output<Schema> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  throw settingsError(
    result.error.issues.flatMap((issue) =>
      describeIssue({ ...issue, path: [...root, ...issue.path] }, source),
    ),
  );
}

function describeIssue(issue: z.core.$ZodIssue, source: SettingsSource): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      settingProblem(
        source,
        [...issue.path, key],
        'is not a setting; remove it or correct its name',
      ),
    );
  }
  const found =
    issue.input === undefined ||
    typeof issue.input === 'object' ||
    typeof issue.input === 'function'
      ? ''
      : ` (found ${JSON.stringify(issue.input)})`;
  return [settingProblem(source, issue.path, `${issue.message}${found}`)];
}
