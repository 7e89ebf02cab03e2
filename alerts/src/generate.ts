import { writeFile } from 'node:fs/promises';
import { renderRules } from './render.js';

for (const { file, text } of renderRules()) {
  await writeFile(new URL(`../${file}`, import.meta.url), text);
  console.log(`alerts/${file}`);
}
