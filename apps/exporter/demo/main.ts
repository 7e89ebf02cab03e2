import { fileURLToPath } from 'node:url';
import { loadConfig } from '@modelmeter/config-file';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { startExporter } from '../src/exporter.js';
import { isExplained } from '../src/served-model.js';
import { createClient } from './client.js';
import { FlightsError, readFlights } from './flights.js';
import { WARM_UP_MS } from './journey.js';
import { createNarrator } from './narrator.js';
import { type ReplayProgress, replay } from './replay.js';
import { createSimulatedClock } from './simulated-clock.js';

interface DemoOptions {
  readonly from: number;
  readonly to: number;
  readonly secondsPerWeek: number;
  readonly incident: number;
  readonly incidentDays: number;
  readonly host: string;
  readonly port: number;
  readonly replica: boolean;
}

await new Command('modelmeter-demo')
  .description('Replays real flights through a served model, with an incident.')
  .option('--from <day>', 'first simulated day', parseDay, Date.UTC(2001, 1, 1))
  .option('--to <day>', 'day after the last', parseDay, Date.UTC(2001, 6, 1))
  .option('--seconds-per-week <seconds>', 'pace', parsePositive, 20)
  .option('--incident <day>', 'day on which the data feeds break', parseDay, Date.UTC(2001, 3, 9))
  .option(
    '--incident-days <days>',
    'days until the feeds are repaired; 0 for no incident',
    parseCount,
    14,
  )
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--port <port>', 'port to listen on; 0 takes a free one', parseCount, 8001)
  .option(
    '--replica',
    'count only, as one of several replicas; another exporter evaluates the drift',
    false,
  )
  .action(run)
  .parseAsync();

async function run(options: DemoOptions): Promise<void> {
  try {
    await demo(options);
  } catch (error) {
    if (!isExplained(error) && !(error instanceof FlightsError)) throw error;
    process.stderr.write(`modelmeter demo: ${error.message}\n`);
    process.exitCode = 1;
  }
}

async function demo(options: DemoOptions): Promise<void> {
  const { from: fromMs, to: toMs } = options;
  const loaded = await loadConfig(
    fileURLToPath(new URL('./late-flights/config.yaml', import.meta.url)),
  );
  const { host, port } = options;
  const clock = createSimulatedClock(fromMs);
  const exporter = await startExporter({
    loaded: {
      ...loaded,
      config: {
        ...loaded.config,
        ...(options.replica && {
          driftDetection: { ...loaded.config.driftDetection, source: 'none' as const },
        }),
        monitoring: { ...loaded.config.monitoring, host, prometheusPort: port },
      },
    },
    log: pino({ level: 'warn' }, pino.destination(2)),
    clock,
  });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

  const progress: ReplayProgress = { predictions: 0, targets: 0, share: 1 };
  const [monitor] = exporter.monitors;
  const incident =
    options.incidentDays === 0
      ? undefined
      : { fromMs: options.incident, toMs: options.incident + options.incidentDays * 86_400_000 };
  const narrator = createNarrator({
    monitor: monitor!,
    progress,
    fromMs,
    incident,
    write: (text) => process.stdout.write(text),
    colour: process.stdout.isTTY === true,
  });
  narrator.start({ url: exporter.url, secondsPerWeek: options.secondsPerWeek });
  watchDriftRuns();
  const flights = await readFlights({ fromMs: fromMs - WARM_UP_MS, toMs });
  await replay({
    flights,
    clock,
    client: createClient(exporter.url, monitor!.model.name),
    fromMs,
    toMs,
    secondsPerWeek: options.secondsPerWeek,
    incident,
    signal: stop.signal,
    progress,
  });
  if (!stop.signal.aborted) {
    narrator.end('finished');
    await new Promise<void>((resolve) =>
      stop.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
  }
  narrator.end('stopped');
  await exporter.close();

  /** Narrates each new drift report, just after each simulated midnight. */
  function watchDriftRuns(): void {
    const nextMs = (Math.floor(clock.now() / 86_400_000) + 1) * 86_400_000 + 1;
    clock.at(nextMs, () => {
      if (monitor!.lastDrift !== undefined) narrator.drift(monitor!.lastDrift);
      watchDriftRuns();
    });
  }
}

function parseDay(text: string): number {
  const timeMs = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(timeMs)) {
    throw new InvalidArgumentError('Write a day like 2001-02-01.');
  }
  return timeMs;
}

function parsePositive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('Write a number above 0.');
  return number;
}

function parseCount(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) {
    throw new InvalidArgumentError('Write a whole number from 0.');
  }
  return number;
}
