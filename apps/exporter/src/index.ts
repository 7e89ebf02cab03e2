export { ExporterError, type ExporterErrorCode, exporterErrors } from './errors.js';
export { type Exporter, startExporter } from './exporter.js';
export { type LoadedConfig, loadConfig } from './load-config.js';
export { systemTimerClock, type TimerClock } from './timer-clock.js';
