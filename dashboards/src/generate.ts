import { writeFile } from 'node:fs/promises';
import { dashboards, renderDashboard } from './dashboards.js';

for (const spec of dashboards) {
  await writeFile(new URL(`../${spec.name}.json`, import.meta.url), renderDashboard(spec));
  console.log(`dashboards/${spec.name}.json: ${spec.rows.length} rows`);
}
