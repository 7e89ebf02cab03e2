import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@modelmeter/config-file';
import { renderAlertmanager } from './notifications/alertmanager.js';
import { renderPrometheusRule, renderRules } from './rules/render.js';

const root = new URL('../../', import.meta.url);

for (const { file, text } of renderRules()) await write(`alerts/${file}`, text);

await write('deploy/kubernetes/prometheus-rule.yaml', renderPrometheusRule());

const source = 'config.example.yaml';
const { alerts } = (await loadConfig(fileURLToPath(new URL(source, root)))).config;
await write('deploy/alertmanager.yml', renderAlertmanager(alerts, { source }));

async function write(path: string, text: string): Promise<void> {
  await writeFile(new URL(path, root), text);
  console.log(path);
}
