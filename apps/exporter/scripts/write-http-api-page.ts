import { writeFile } from 'node:fs/promises';
import { httpApiPage } from './http-api-page.js';

await writeFile(new URL('../../../docs/http-api.md', import.meta.url), `${httpApiPage()}\n`);
console.log('docs/http-api.md');
