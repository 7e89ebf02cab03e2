import { mkdir, writeFile } from 'node:fs/promises';
import { metricsPage } from './metrics-page.js';

const folder = new URL('../../../docs/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('metrics.md', folder), `${metricsPage()}\n`);
console.log('docs/metrics.md');
