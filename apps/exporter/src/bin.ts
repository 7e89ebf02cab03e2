import { loadConfig } from '@modelmeter/config-file';
import { Command } from 'commander';
import { pino } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { startExporter } from './exporter.js';
import { isExplained } from './served-model.js';

const program = new Command('modelmeter-exporter')
  .description('Serves and monitors machine-learning models, with metrics for Prometheus.')
  .version(packageJson.version)
  .requiredOption('-c, --config <file>', 'configuration file (YAML)')
  .action(async ({ config }: { config: string }) => {
    const log = pino({ name: 'modelmeter' }, pino.destination(2));
    const starting = loadConfig(config).then((loaded) => startExporter({ loaded, log }));
    // Registered first, since SIGHUP ends a process without a handler. The exporter itself logs and
    // counts a failed reload.
    process.on('SIGHUP', () => {
      starting.then((exporter) => exporter.reload(() => loadConfig(config))).catch(() => {});
    });
    const exporter = await starting;
    log.info({ url: exporter.url }, 'ready');
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        log.info({ signal }, 'stopping');
        exporter.close().then(
          () => process.exit(0),
          (error: unknown) => {
            log.error({ error }, 'stopping failed');
            process.exit(1);
          },
        );
      });
    }
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!isExplained(error)) throw error;
  process.stderr.write(`modelmeter-exporter: ${error.message}\n`);
  process.exit(1);
}
