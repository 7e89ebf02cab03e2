import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { renderRuleFile } from './render.js';
import { ruleFiles } from './rule-files.js';

const { values } = parseArgs({ options: { 'runbook-base': { type: 'string' } } });

for (const file of ruleFiles) {
  const target = new URL(`../${file.name}.yaml`, import.meta.url);
  await writeFile(target, renderRuleFile(file, values['runbook-base']));
  console.log(`alerts/${file.name}.yaml: ${file.rules.length} rules`);
}
