export { type LoadedConfig, loadConfig } from '@modelmeter/config-file';
export { ExporterError, type ExporterErrorCode, exporterErrors } from './errors.js';
export { type Exporter, startExporter } from './exporter.js';
