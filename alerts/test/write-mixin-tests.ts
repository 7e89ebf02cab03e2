import { writeFile } from 'node:fs/promises';
import { mixinTests } from './mixin.js';

for (const { file, text } of mixinTests()) {
  const path = `deploy/mixin/tests/${file}`;
  await writeFile(new URL(`../../${path}`, import.meta.url), text);
  console.log(path);
}
