import { readFile, writeFile } from 'node:fs/promises';
import { parseConfig } from '@modelmeter/core/config';
import { parse } from 'yaml';
import { renderAlertmanager } from './notifications/alertmanager.js';
import { renderRules } from './rules/render.js';

const root = new URL('../../', import.meta.url);

for (const { file, text } of renderRules()) await write(`alerts/${file}`, text);

const source = 'config.example.yaml';
const { alerts } = parseConfig(parse(await readFile(new URL(source, root), 'utf8')));
await write('deploy/alertmanager.yml', renderAlertmanager(alerts, { source }));

async function write(path: string, text: string): Promise<void> {
  await writeFile(new URL(path, root), text);
  console.log(path);
}
