import { CliError } from './errors.js';
import { readSecret } from './secret-files.js';

/** A server that the command talks to, as messages name it. */
export interface ServerNames {
  /** `Grafana` */
  readonly server: string;
  /** The option that has its address: `--grafana-url`. */
  readonly addressOption: string;
  /** An address as an example. */
  readonly example: string;
  /** The variable of the environment that may hold its token: `GRAFANA_TOKEN`. */
  readonly tokenVariable: string;
}

/**
 * An address without a slash at its end.
 *
 * @throws CliError OPTION_INVALID for anything but an http or https address without credentials.
 */
export function checkedAddress(text: string, names: ServerNames): string {
  const { addressOption, example, tokenVariable } = names;
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    throw new CliError(
      'OPTION_INVALID',
      `${addressOption} ${text} is not an http or https address. Write one such as ${example}.`,
    );
  }
  if (address.username !== '' || address.password !== '') {
    throw new CliError(
      'OPTION_INVALID',
      `Every user of the machine can read a password in ${addressOption}. Write user:password into a file for --token-file, or into ${tokenVariable}.`,
    );
  }
  return (address.origin + address.pathname).replace(/\/+$/, '');
}

/**
 * The header of a token, or of `user:password`.
 *
 * @throws CliError SECRET_UNUSABLE for a token with characters that tokens do not have.
 */
export function authorizationOf(token: string, { server, tokenVariable }: ServerNames): string {
  if (token.includes(':')) return `Basic ${Buffer.from(token).toString('base64')}`;
  // Checked here, because the error of fetch would show the token.
  if (!/^[!-~]+$/.test(token)) {
    throw new CliError(
      'SECRET_UNUSABLE',
      `The token for ${server} has a space, a line break or another character that tokens do not have. Write only the token into its file or ${tokenVariable}.`,
    );
  }
  return `Bearer ${token}`;
}

/**
 * The token in a file, else that in the environment; undefined where there is neither. Never a
 * command-line argument: every user of the machine can read those.
 *
 * @throws CliError SECRET_UNUSABLE when the file is missing, empty or readable by every user.
 */
export async function readToken(
  tokenFile: string | undefined,
  names: ServerNames,
  holds: string,
): Promise<string | undefined> {
  if (tokenFile !== undefined) return readSecret(tokenFile, holds);
  return process.env[names.tokenVariable]?.trim() || undefined;
}
