import { loadConfig } from '@modelmeter/config-file';
import { Command } from 'commander';
import { pino } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { startExporter } from './exporter.js';
import { openLogDestination } from './log-destination.js';
import { isExplained } from './served-model.js';

/** How long the last lines of the log may take at the end. */
const logFlushMs = 1000;

const program = new Command('modelmeter-exporter')
  .description('Serves and monitors machine-learning models, with metrics for Prometheus.')
  .version(packageJson.version)
  .requiredOption('-c, --config <file>', 'configuration file (YAML)')
  .action(async ({ config }: { config: string }) => {
    const logDestination = openLogDestination(2);
    const log = pino({ name: 'modelmeter' }, logDestination);
    const starting = loadConfig(config).then((loaded) =>
      startExporter({ loaded, log, logDestination }),
    );
    // Registered first, since SIGHUP ends a process without a handler. The exporter itself logs and
    // counts a failed reload.
    process.on('SIGHUP', () => {
      starting.then((exporter) => exporter.reload(() => loadConfig(config))).catch(() => {});
    });
    const exporter = await starting;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        log.info({ signal }, 'stopping');
        exporter
          .close()
          .then(
            () => 0,
            (error: unknown) => {
              log.error({ error }, 'stopping failed');
              return 1;
            },
          )
          .then(async (status) => {
            await logDestination.flush(logFlushMs);
            process.exit(status);
          });
      });
    }
    // Last, since who reads it may stop the process at once.
    log.info({ url: exporter.url }, 'ready');
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!isExplained(error)) throw error;
  process.stderr.write(`modelmeter-exporter: ${error.message}\n`);
  process.exit(1);
}
