import { parseArgs } from 'node:util';

export const usage = `Measures false alarms and power of the drift decision.

  npm run calibration -- [--splits 1000] [--seed 1]

  --splits  random splits of each table at each pair of sizes; the other checks repeat accordingly
  --seed    whole number; the same seed gives the same table

Reads what is there and says what it skips: the tables of calibration/scripts/fetch_tables.py, other
tools (calibration/peers.py), and in $CHANGE_POINT_DATA a copy of github.com/alan-turing-institute/TCPD.
`;

export interface Options {
  readonly splits: number;
  readonly seed: number;
}

/**
 * Reads the command line; undefined when help was asked for.
 *
 * @throws Error naming the option that is wrong.
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      splits: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    splits: wholeNumber('--splits', values.splits, 100),
    seed: wholeNumber('--seed', values.seed, 0),
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${name} ${text}: give a whole number of ${least} or more`);
}
