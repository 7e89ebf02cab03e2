import { defaultRuleOptions as ruleDefaults } from '@modelmeter/alerts';
import { ConfigFileError } from '@modelmeter/config-file';
import { CoreError } from '@modelmeter/core';
import { settingDefaults } from '@modelmeter/core/settings';
import { Command, Option } from 'commander';
import {
  budgetShare,
  type DataFlags,
  failOnList,
  limit,
  nameList,
  positive,
  probability,
  readOptionsOf,
  withDataOptions,
} from './command-line.js';
import { type AlertmanagerCommandOptions, alertmanagerCommand } from './commands/alertmanager.js';
import { checkConfigCommand } from './commands/check-config.js';
import {
  type DashboardImportOptions,
  dashboardsImportCommand,
  dashboardsWriteCommand,
} from './commands/dashboards.js';
import { type DoctorOptions, doctorCommand } from './commands/doctor.js';
import type { DriftOptions } from './commands/drift.js';
import type { GridProfileOptions, ProfileOptions } from './commands/profiles.js';
import type { QualityOptions } from './commands/quality.js';
import { limitsHelp, type RulesCommandOptions, rulesCommand } from './commands/rules.js';
import { type SloCommandOptions, sloCommand } from './commands/slo.js';
import { CliError } from './errors.js';
import { exitCodes } from './exit-codes.js';
import { methods } from './method/method-result.js';
import { budgetWindows } from './slo/budgets.js';
import { version } from './version.js';

// Loaded on demand: the engine that reads data sets is large and not available for every system.
const profiles = () => import('./commands/profiles.js');

const dataHelp =
  'CSV, JSON, Parquet, Arrow or NumPy file (text files also as .gz), a glob of them, or - for standard input';

const scoreHelp = 'column of the probabilities of the positive class, of a binary classifier';
const valueHelp = 'column of the predicted numbers, of a regression';
const thresholdHelp = `score from which a row counts as positive (default: ${settingDefaults.decisionThreshold})`;

const program = new Command('modelmeter')
  .description(
    'Compare data sets for drift, build references, set up alerts and dashboards, print error budgets, check configurations.',
  )
  .version(version);

withDataOptions(
  program
    .command('drift')
    .description('Compare two data sets, or profiles of them.')
    .requiredOption('--reference <data>', `the data to compare with: ${dataHelp}, or a profile`)
    .requiredOption('--current <data>', 'the data to compare: the same formats')
    .option(
      '--config <file>',
      'configuration (YAML): drift_detection and features, or an exporter’s',
    )
    .option('--model <name>', 'the model, when the configuration has several')
    .option('--columns <names>', 'compare only these columns, separated by commas', nameList)
    .option('--exclude <names>', 'do not compare these columns, separated by commas', nameList)
    .option(
      '--chunk-by <unit:column>',
      'also compare each hour, day, week or month of a time column',
    )
    .option(
      '--time-format <pattern>',
      'how the times are written, such as %d/%m/%Y (default: detected)',
    )
    .option(
      '--time-column <column>',
      'time of the rows on both sides; the rows are then compared with the same hours of the reference',
    )
    .option('--chunk-size <rows>', 'also compare each chunk of this many rows', positive)
    .option('--segment <column>', 'also compare the rows of each value of a column')
    .option(
      '--maximum-segments <number>',
      'number of segments to compare, the largest first',
      positive,
      settingDefaults.maximumSegments,
    )
    .option(
      '--explain',
      'also find the rows in which the shifts are concentrated, by the values of up to 50 columns and of 10 of them two at a time',
    )
    .option(
      '--key <column>',
      'column whose equal values mark correlated rows, such as those of one user',
    )
    .option('--multivariate', 'also compare the numeric features together')
    .addOption(
      new Option(
        '--method <package>',
        'decide as another package does at its defaults, instead of as Modelmeter does',
      ).choices(Object.keys(methods)),
    )
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
    .option('--report <file>', 'write an HTML report, one file')
    .option(
      '--fail-on <states>',
      'exit with code 2 when one of these is found: investigate, drift, undecided',
      failOnList,
    ),
).action(async (options: DriftOptions & DataFlags) => {
  const { driftCommand } = await import('./commands/drift.js');
  process.exitCode = await driftCommand({ ...options, ...readOptionsOf(options) });
});

withDataOptions(
  program
    .command('reference')
    .description('Build a reference from a data set.')
    .requiredOption('--data <data>', dataHelp)
    .requiredOption('--out <file>', 'the reference to write (JSON)')
    .option('--config <file>', 'configuration (YAML) that declares the features')
    .option(
      '--model <name>',
      'the model, when the configuration has several; its name goes into the reference',
    )
    .option('--columns <names>', 'profile only these columns, separated by commas', nameList)
    .option('--exclude <names>', 'do not profile these columns, separated by commas', nameList)
    .option('--segment <column>', 'also profile the rows of each value of a column')
    .option(
      '--maximum-segments <number>',
      'number of segments to profile, the largest first',
      positive,
      settingDefaults.maximumSegments,
    )
    .option(
      '--time-column <column>',
      'time of the rows; the reference then shows what is usual at an hour or on a weekday',
    )
    .option(
      '--time-format <format>',
      'how the times are written, such as %d/%m/%Y (default: detected)',
    )
    .option('--multivariate', 'also profile the numeric features together')
    .option(
      '--target <column>',
      'column of the targets; the reference then has the quality of the model, from which the quality of rows without targets is estimated',
    )
    .option('--score <column>', scoreHelp)
    .option('--value <column>', valueHelp)
    .option('--decision-threshold <number>', thresholdHelp, probability)
    .option('--name <name>', 'name of the model in the reference', 'model')
    .option('--model-version <version>', 'version of the model in the reference', '1'),
).action(async (options: ProfileOptions & DataFlags) =>
  (await profiles()).referenceCommand({ ...options, ...readOptionsOf(options) }),
);

withDataOptions(
  program
    .command('quality')
    .description(
      'Estimate the quality of a model on rows without targets, and compute it with them.',
    )
    .requiredOption(
      '--reference <data>',
      'rows with targets in the same formats, or a reference made with --target',
    )
    .requiredOption('--current <data>', `the rows to estimate: ${dataHelp}`)
    .option('--target <column>', 'column of the targets; the current rows may lack it')
    .option('--score <column>', scoreHelp)
    .option('--value <column>', valueHelp)
    .option('--decision-threshold <number>', thresholdHelp, probability)
    .option('--config <file>', 'configuration (YAML) that declares the output of the model')
    .option('--model <name>', 'the model, when the configuration has several')
    .option(
      '--chunk-by <unit:column>',
      'estimate each hour, day, week or month of a time column; bands say how such chunks differ',
    )
    .option(
      '--time-format <pattern>',
      'how the times are written, such as %d/%m/%Y (default: detected)',
    )
    .option('--chunk-size <rows>', 'estimate each chunk of this many rows', positive)
    .option(
      '--columns <names>',
      'the features, separated by commas (default: every column that is nothing else)',
      nameList,
    )
    .option('--exclude <names>', 'columns that are not features, separated by commas', nameList)
    .option('--report <file>', 'write an HTML report, one file')
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table')),
).action(async (options: QualityOptions & DataFlags) => {
  const { qualityCommand } = await import('./commands/quality.js');
  await qualityCommand({ ...options, ...readOptionsOf(options) });
});

withDataOptions(
  program
    .command('profile')
    .description('Count a data set on the grid of a reference.')
    .requiredOption('--grid <file>', 'a reference, or the output of modelmeter grid')
    .requiredOption('--data <data>', dataHelp)
    .requiredOption('--out <file>', 'the profile to write (JSON)'),
).action(async (options: GridProfileOptions & DataFlags) =>
  (await profiles()).profileCommand({ ...options, ...readOptionsOf(options) }),
);

program
  .command('grid')
  .description('Build a common grid for references of several parts of a data set.')
  .argument('<references...>', 'one reference per part')
  .requiredOption('--out <file>', 'the grid to write (JSON)')
  .action(async (paths: string[], { out }: { out: string }) =>
    (await profiles()).gridCommand(paths, out),
  );

program
  .command('merge')
  .description('Merge profiles on one grid into the profile of all their rows.')
  .argument('<profiles...>', 'profiles')
  .requiredOption('--out <file>', 'the profile to write (JSON)')
  .action(async (paths: string[], { out }: { out: string }) =>
    (await profiles()).mergeCommand(paths, out),
  );

program
  .command('check-config')
  .description(
    'Check the configuration of an exporter and its secret files, and print it with all defaults.',
  )
  .argument('<file>', 'configuration (YAML)')
  .action((path: string) => checkConfigCommand(path));

program
  .command('doctor')
  .description('Check an installation: configuration, exporter, Prometheus, rules, Alertmanager.')
  .option('--config <file>', 'configuration (YAML) of the exporter')
  .option('--exporter <url>', 'address of an exporter, or of a service with the SDK')
  .option('--prometheus <url>', 'address of Prometheus, such as http://localhost:9090')
  .option('--job <name>', `job label of the exporters (default: "${ruleDefaults.job}")`)
  .option(
    '--exporter-token-file <file>',
    'file with a bearer token or user:password for the exporter (default: MODELMETER_TOKEN)',
  )
  .option(
    '--prometheus-token-file <file>',
    'file with a bearer token or user:password for Prometheus (default: PROMETHEUS_TOKEN)',
  )
  .option('--tenant <name>', 'tenant, where Prometheus serves several')
  .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
  .action(async (options: DoctorOptions) => {
    process.exitCode = await doctorCommand(options);
  });

program
  .command('rules')
  .description('Write the recording and alerting rules for Prometheus.')
  .option('--out <folder>', 'folder to write the rule files to', 'alerts')
  .option('--kubernetes', 'write one PrometheusRule for the Prometheus operator instead')
  .option('--config <file>', 'configuration of the exporters; the rules use its windows')
  .option('--job <name>', `job label of the exporters (default: "${ruleDefaults.job}")`)
  .option(
    '--gpu-job <name>',
    `job label of dcgm-exporter on the machines of the models (default: "${ruleDefaults.gpuJob}")`,
  )
  .option(
    '--drift-window <length>',
    `window for drift over all replicas (default: "${ruleDefaults.driftWindow}")`,
  )
  .option(
    '--quality-window <length>',
    `window for model quality (default: "${ruleDefaults.qualityWindow}")`,
  )
  .option('--limit <name=number>', 'set a limit of the alerts; repeatable, listed below', limit, {})
  .option(
    '--runbook-base-url <url>',
    `address of the runbooks (default: "${ruleDefaults.runbookBase}")`,
  )
  .option(
    '--dashboard-base-url <url>',
    `address of Grafana (default: "${ruleDefaults.dashboardBase}")`,
  )
  .addHelpText('after', `\n${limitsHelp()}`)
  .action((options: RulesCommandOptions) => rulesCommand(options));

program
  .command('alertmanager')
  .description('Write the configuration of Alertmanager for the notification channels.')
  .requiredOption('--config <file>', 'configuration (YAML) with alerts.notification_channel')
  .requiredOption('--out <file>', 'the configuration of Alertmanager to write (YAML)')
  .option(
    '--secrets-folder <folder>',
    'folder of the secret files for Alertmanager, such as /etc/alertmanager/secrets in a container',
  )
  .action((options: AlertmanagerCommandOptions) => alertmanagerCommand(options));

program
  .command('slo')
  .description('Print the objectives of the models and what is left of their error budgets.')
  .option('--prometheus <url>', 'address of Prometheus, such as http://localhost:9090')
  .option(
    '--token-file <file>',
    'file with a bearer token or user:password (default: PROMETHEUS_TOKEN)',
  )
  .option('--tenant <name>', 'tenant, where the API serves several')
  .option('--job <name>', 'scrape job of the exporters (default: all jobs)')
  .option('--model <name>', 'model (default: all models)')
  .addOption(
    new Option('--window <length>', 'window of the budgets').choices(budgetWindows).default('30d'),
  )
  .option('--at <time>', 'time at whose end the window lies (default: now)')
  .option('--json', 'print JSON')
  .addOption(
    new Option('--export <format>', 'print the objectives of --config instead').choices([
      'openslo',
    ]),
  )
  .addOption(
    new Option(
      '--import <file>',
      'print --config with the objectives of a file of OpenSLO v1 instead',
    ).conflicts('export'),
  )
  .option('--config <file>', 'configuration (YAML) of --export and --import')
  .option(
    '--fail-on <share>',
    'exit with code 2 when a budget is used to this share, 3 when one has no events',
    budgetShare,
  )
  .action(async (options: SloCommandOptions) => {
    process.exitCode = await sloCommand(options);
  });

const dashboards = program
  .command('dashboards')
  .description('Import the Grafana dashboards, or write them to files.');

const runbookOption = [
  '--runbook-base-url <url>',
  `address of the runbooks (default: "${ruleDefaults.runbookBase}")`,
] as const;

dashboards
  .command('import')
  .description('Save every dashboard in Grafana through its HTTP API.')
  .requiredOption('--grafana-url <url>', 'address of Grafana, such as http://localhost:3000')
  .option(
    '--token-file <file>',
    'file with the token of a service account or user:password (default: GRAFANA_TOKEN)',
  )
  .option(
    '--folder <title>',
    'folder of the dashboards, created if needed; "" for none',
    'Modelmeter',
  )
  .option('--overwrite', 'replace existing dashboards', false)
  .option('--namespace <name>', 'organisation: default, org-2, stacks-123', 'default')
  .option(...runbookOption)
  .action((options: DashboardImportOptions) => dashboardsImportCommand(options));

dashboards
  .command('write')
  .description('Write every dashboard to a JSON file.')
  .option('--out <folder>', 'folder to write the files to', 'dashboards')
  .option(...runbookOption)
  .action((options: Parameters<typeof dashboardsWriteCommand>[0]) =>
    dashboardsWriteCommand(options),
  );

try {
  await program.parseAsync();
} catch (error) {
  const isExpected =
    error instanceof CliError || CoreError.isInstance(error) || ConfigFileError.isInstance(error);
  if (!isExpected) throw error;
  process.stderr.write(`modelmeter: ${error.message}\n`);
  process.exitCode = exitCodes.failed;
}
