import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { buildDashboards } from './index.js';

const { values } = parseArgs({ options: { 'runbook-base': { type: 'string' } } });
const runbookBase = values['runbook-base'];

for (const [name, dashboard] of Object.entries(
  buildDashboards(runbookBase === undefined ? {} : { runbookBase }),
)) {
  const target = new URL(`../${name}.json`, import.meta.url);
  await writeFile(target, `${JSON.stringify(dashboard, null, 2)}\n`);
  console.log(`dashboards/${name}.json: ${dashboard.panels.length} panels and rows`);
}
