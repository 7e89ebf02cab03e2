import { CoreError } from '@modelmeter/core';
import { configDefaults } from '@modelmeter/core/config';
import { Command, InvalidArgumentError, Option } from 'commander';
import { checkConfigCommand } from './commands/check-config.js';
import { type DriftOptions, driftCommand } from './commands/drift.js';
import {
  gridCommand,
  mergeCommand,
  type ProfileOptions,
  profileCommand,
  referenceCommand,
} from './commands/profiles.js';
import { CliError } from './errors.js';
import { version } from './version.js';

const dataHelp =
  'CSV (.gz too), NDJSON, Parquet or Arrow file, a glob of them, or - for standard input';

const program = new Command('modelmeter')
  .description('Compares data sets for drift, builds references, checks configurations.')
  .version(version);

program
  .command('drift')
  .description('Compare two data sets, or profiles of them.')
  .requiredOption('--reference <data>', `what is normal: ${dataHelp}; or a profile`)
  .requiredOption('--current <data>', 'what is compared with it: the same kinds')
  .option('--config <file>', 'configuration (YAML): drift_detection and features, or an exporter’s')
  .option('--model <name>', 'which model of a configuration with several')
  .option('--columns <names>', 'compare these columns only, separated by commas', commaList)
  .option('--chunk-by <unit:column>', 'judge each hour, day, week or month of a time column too')
  .option('--chunk-size <rows>', 'judge each stretch of so many rows too', positive)
  .option('--segment <column>', 'judge the rows of each value of a column by themselves too')
  .option(
    '--maximum-segments <number>',
    'the largest segments that are judged',
    positive,
    configDefaults.maximumSegments,
  )
  .option(
    '--key <column>',
    'column whose equal values mark rows that move together, as of one user',
  )
  .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
  .option('--report <file>', 'write a report to look at, one HTML file')
  .addOption(
    new Option('--fail-on <state>', 'exit with 2 when this state is found').choices([
      'investigate',
      'drift',
    ]),
  )
  .action(async (options: DriftOptions) => {
    process.exitCode = await driftCommand(options);
  });

program
  .command('reference')
  .description('Profile a data set as a reference.')
  .requiredOption('--data <data>', dataHelp)
  .requiredOption('--out <file>', 'the reference to write (JSON)')
  .option('--config <file>', 'configuration that declares the features')
  .option('--model <name>', 'which model of a configuration with several; its name is written')
  .option('--columns <names>', 'profile these columns only, separated by commas', commaList)
  .option('--segment <column>', 'profile the rows of each value of a column too')
  .option(
    '--maximum-segments <number>',
    'the largest segments that are profiled',
    positive,
    configDefaults.maximumSegments,
  )
  .option('--name <name>', 'name of the model', 'model')
  .option('--model-version <version>', 'version of the model', '1')
  .action((options: ProfileOptions) => referenceCommand(options));

program
  .command('profile')
  .description('Count a data set on the grids of a reference.')
  .requiredOption('--grid <file>', 'a reference, or what modelmeter grid wrote')
  .requiredOption('--data <data>', dataHelp)
  .requiredOption('--out <file>', 'the profile to write (JSON)')
  .action((options: Parameters<typeof profileCommand>[0]) => profileCommand(options));

program
  .command('grid')
  .description('Make common grids for references of several parts of a data set.')
  .argument('<references...>', 'references, one of each part')
  .requiredOption('--out <file>', 'the grids to write (JSON)')
  .action((paths: string[], { out }: { out: string }) => gridCommand(paths, out));

program
  .command('merge')
  .description('Merge profiles on one grid to the profile of all their rows.')
  .argument('<profiles...>', 'profiles')
  .requiredOption('--out <file>', 'the profile to write (JSON)')
  .action((paths: string[], { out }: { out: string }) => mergeCommand(paths, out));

program
  .command('check-config')
  .description('Check the configuration of an exporter and print it with its defaults.')
  .argument('<file>', 'configuration (YAML)')
  .action((path: string) => checkConfigCommand(path));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CliError) && !CoreError.isInstance(error)) throw error;
  process.stderr.write(`modelmeter: ${error.message}\n`);
  process.exitCode = 1;
}

function commaList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) {
    throw new InvalidArgumentError('Write names separated by commas.');
  }
  return names;
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('Write a whole number above 0.');
  }
  return number;
}
