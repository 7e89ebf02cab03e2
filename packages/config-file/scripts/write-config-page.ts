import { writeFileSync } from 'node:fs';
import { configPage } from './config-page.js';

const path = new URL('../../../docs/config.md', import.meta.url);
writeFileSync(path, configPage());
console.log('docs/config.md');
