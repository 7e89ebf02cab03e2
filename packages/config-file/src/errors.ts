/** Every way in which this package refuses a file, and what the code means. */
export const configFileErrors = {
  CONFIG_UNREADABLE: 'The configuration file does not exist, or is not YAML.',
  REFERENCE_UNREADABLE: 'The reference file of a model cannot be read.',
  MODEL_UNREADABLE: 'The model file of a model cannot be read.',
} as const;

export type ConfigFileErrorCode = keyof typeof configFileErrors;

const marker = Symbol.for('@modelmeter/config-file.ConfigFileError');

/** A file that the configuration needs cannot be used; the message names the file and the remedy. */
export class ConfigFileError extends Error {
  readonly code: ConfigFileErrorCode;

  constructor(code: ConfigFileErrorCode, message: string, options: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'ConfigFileError';
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for errors of any installed copy of this package. */
  static isInstance(error: unknown): error is ConfigFileError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
