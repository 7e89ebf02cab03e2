import { type Command, InvalidArgumentError, Option } from 'commander';
import { type FailOn, failOnStates } from './fail-on.js';
import type { ReadOptions } from './read/source.js';

/** The options of commands that read data sets. */
export interface DataFlags {
  readonly separator?: string;
  readonly decimal?: '.' | ',';
  readonly encoding?: string;
  readonly maximumRejected?: number;
  readonly memory?: string;
}

/** Adds the options of {@link DataFlags} to a command. */
export function withDataOptions(command: Command): Command {
  return command
    .option('--separator <character>', 'separator of CSV files (default: detected)', separator)
    .addOption(
      new Option('--decimal <mark>', 'decimal mark of numbers in text (default: detected)').choices(
        ['.', ','],
      ),
    )
    .option('--encoding <name>', 'encoding of text files, such as latin1 (default: detected)')
    .option(
      '--maximum-rejected <share>',
      'share of the rows that may be unreadable (default: 0.01)',
      share,
    )
    .option('--memory <size>', 'memory of the engine, such as 2GB (default: by the machine)', size);
}

/** The options of {@link DataFlags} in the form that commands take them. */
export function readOptionsOf({
  separator: given,
  decimal,
  encoding,
  maximumRejected,
}: DataFlags): { readonly read: ReadOptions } {
  return {
    read: {
      ...(given === undefined ? {} : { separator: given }),
      ...(decimal === undefined ? {} : { decimal }),
      ...(encoding === undefined ? {} : { encoding }),
      ...(maximumRejected === undefined ? {} : { maximumRejected }),
    },
  };
}

/** Names separated by commas; a name with a comma is written in double quotes. */
export function nameList(text: string, before: readonly string[] = []): string[] {
  const names = [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)]
    .slice(0, -1)
    .map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!.trim());
  // The last match is the empty one at the end, unless the text ends with a comma.
  if (text.trim() === '' || names.length === 0 || /,\s*$/.test(text) || names.includes('')) {
    throw new InvalidArgumentError(
      'Write names separated by commas, and a name with a comma in double quotes.',
    );
  }
  return [...before, ...names];
}

export function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('Write a whole number above 0.');
  }
  return number;
}

export function probability(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number > 0 && number < 1)) {
    throw new InvalidArgumentError('Write a number between 0 and 1, such as 0.8.');
  }
  return number;
}

export function failOnList(text: string): FailOn[] {
  return text.split(',').map((name) => {
    const state = failOnStates.find((known) => known === name.trim());
    if (state !== undefined) return state;
    throw new InvalidArgumentError(
      `Write one or more of ${failOnStates.join(', ')}, separated by commas.`,
    );
  });
}

function separator(text: string): string {
  const character = text === '\\t' || text === 'tab' ? '\t' : text;
  if (Buffer.byteLength(character) !== 1 || /["\n\r]/.test(character)) {
    throw new InvalidArgumentError('Write one character, or tab.');
  }
  return character;
}

function share(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number <= 1)) {
    throw new InvalidArgumentError('Write a share from 0 to 1, such as 0.05.');
  }
  return number;
}

function size(text: string): string {
  if (!/^\d+(\.\d+)?\s*([KMGT]i?B)$/i.test(text)) {
    throw new InvalidArgumentError('Write a size such as 512MB or 4GB.');
  }
  return text;
}

/** A share of a budget, which may be exceeded. */
export function budgetShare(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number > 0 && number < Infinity)) {
    throw new InvalidArgumentError('Write a share of the budget, such as 0.8; 1 is all of it.');
  }
  return number;
}

/** `NAME=NUMBER`, several times. */
export function limit(text: string, others: Record<string, number>): Record<string, number> {
  const [name, value, ...rest] = text.split('=');
  if (!name || !value || rest.length > 0 || !Number.isFinite(Number(value))) {
    throw new InvalidArgumentError('Use NAME=NUMBER, such as hostMemoryRatio=0.8.');
  }
  return { ...others, [name]: Number(value) };
}
