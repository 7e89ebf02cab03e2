import { defaultRuleOptions as ruleDefaults } from '@modelmeter/alerts';
import { CoreError } from '@modelmeter/core';
import { configDefaults } from '@modelmeter/core/config';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type AlertmanagerCommandOptions, alertmanagerCommand } from './commands/alertmanager.js';
import { checkConfigCommand } from './commands/check-config.js';
import {
  type DashboardImportOptions,
  dashboardsImportCommand,
  dashboardsWriteCommand,
} from './commands/dashboards.js';
import type { DriftOptions } from './commands/drift.js';
import type { GridProfileOptions, ProfileOptions } from './commands/profiles.js';
import { limitsHelp, type RulesCommandOptions, rulesCommand } from './commands/rules.js';
import { CliError } from './errors.js';
import { version } from './version.js';

// What reads data sets takes longer to load than the other commands to run, and its engine is not
// there for every system.
const profiles = () => import('./commands/profiles.js');

const dataHelp =
  'CSV (.gz too), NDJSON, Parquet or Arrow file, a glob of them, or - for standard input';

const program = new Command('modelmeter')
  .description(
    'Compares data sets for drift, builds references, sets up alerts and dashboards, checks configurations.',
  )
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
    const { driftCommand } = await import('./commands/drift.js');
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
  .action(async (options: ProfileOptions) => (await profiles()).referenceCommand(options));

program
  .command('profile')
  .description('Count a data set on the grids of a reference.')
  .requiredOption('--grid <file>', 'a reference, or what modelmeter grid wrote')
  .requiredOption('--data <data>', dataHelp)
  .requiredOption('--out <file>', 'the profile to write (JSON)')
  .action(async (options: GridProfileOptions) => (await profiles()).profileCommand(options));

program
  .command('grid')
  .description('Make common grids for references of several parts of a data set.')
  .argument('<references...>', 'references, one of each part')
  .requiredOption('--out <file>', 'the grids to write (JSON)')
  .action(async (paths: string[], { out }: { out: string }) =>
    (await profiles()).gridCommand(paths, out),
  );

program
  .command('merge')
  .description('Merge profiles on one grid to the profile of all their rows.')
  .argument('<profiles...>', 'profiles')
  .requiredOption('--out <file>', 'the profile to write (JSON)')
  .action(async (paths: string[], { out }: { out: string }) =>
    (await profiles()).mergeCommand(paths, out),
  );

program
  .command('check-config')
  .description(
    'Check the configuration of an exporter and its secret files, and print it with its defaults.',
  )
  .argument('<file>', 'configuration (YAML)')
  .action((path: string) => checkConfigCommand(path));

program
  .command('rules')
  .description('Write the recording and alerting rules for Prometheus.')
  .option('--out <folder>', 'folder of the rule files', 'alerts')
  .option('--config <file>', 'configuration of the exporters, whose windows the rules take')
  .option('--job <name>', `label job of the exporters (default: "${ruleDefaults.job}")`)
  .option(
    '--drift-window <length>',
    `window of drift over replicas (default: "${ruleDefaults.driftWindow}")`,
  )
  .option(
    '--quality-window <length>',
    `window of model quality (default: "${ruleDefaults.qualityWindow}")`,
  )
  .option('--limit <name=number>', 'set a limit of the alerts; repeatable, listed below', limit, {})
  .option(
    '--runbook-base-url <url>',
    `where the runbooks are (default: "${ruleDefaults.runbookBase}")`,
  )
  .option('--dashboard-base-url <url>', `Grafana (default: "${ruleDefaults.dashboardBase}")`)
  .addHelpText('after', `\n${limitsHelp()}`)
  .action((options: RulesCommandOptions) => rulesCommand(options));

program
  .command('alertmanager')
  .description('Write the configuration of Alertmanager for the channels of a configuration.')
  .requiredOption('--config <file>', 'configuration (YAML) with alerts.notification_channel')
  .requiredOption('--out <file>', 'the configuration of Alertmanager to write (YAML)')
  .option(
    '--secrets-folder <folder>',
    'where Alertmanager finds the secret files, such as /etc/alertmanager/secrets in a container',
  )
  .action((options: AlertmanagerCommandOptions) => alertmanagerCommand(options));

const dashboards = program
  .command('dashboards')
  .description('Import the Grafana dashboards, or write them as files.');

const runbookOption = [
  '--runbook-base-url <url>',
  `where the runbooks are (default: "${ruleDefaults.runbookBase}")`,
] as const;

dashboards
  .command('import')
  .description('Save every dashboard in Grafana over its HTTP API.')
  .requiredOption('--grafana-url <url>', 'address of Grafana, such as http://localhost:3000')
  .option('--token-file <file>', 'token of a service account, or user:password; or GRAFANA_TOKEN')
  .option(
    '--folder <title>',
    'folder of the dashboards, made if need be; "" for none',
    'Modelmeter',
  )
  .option('--overwrite', 'replace dashboards that are there already', false)
  .option('--namespace <name>', 'organisation: default, org-2, stacks-123', 'default')
  .option(...runbookOption)
  .action((options: DashboardImportOptions) => dashboardsImportCommand(options));

dashboards
  .command('write')
  .description('Write every dashboard as a JSON file.')
  .option('--out <folder>', 'folder of the files', 'dashboards')
  .option(...runbookOption)
  .action((options: Parameters<typeof dashboardsWriteCommand>[0]) =>
    dashboardsWriteCommand(options),
  );

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

function limit(text: string, others: Record<string, number>): Record<string, number> {
  const [name, value, ...rest] = text.split('=');
  if (!name || !value || rest.length > 0 || !Number.isFinite(Number(value))) {
    throw new InvalidArgumentError('Use NAME=NUMBER, such as hostMemoryRatio=0.8.');
  }
  return { ...others, [name]: Number(value) };
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('Write a whole number above 0.');
  }
  return number;
}
