import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageConfig } from '../../tsup.base';

/**
 * The charts of the report: 1.4 MB of the 68 MB that the packages install. Apache 2.0 and BSD ask
 * to pass their texts on.
 */
const licenseFiles = { echarts: ['LICENSE', 'NOTICE'], zrender: ['LICENSE'] } as const;

export default packageConfig({
  entry: { bin: 'src/bin.ts' },
  format: ['esm'],
  dts: false,
  // The map of the charts alone would be larger than the command.
  sourcemap: false,
  // Without the checks that the charting library does in development.
  env: { NODE_ENV: 'production' },
  // Private workspaces, which cannot be installed, and the charts with their helpers.
  noExternal: ['@modelmeter/alerts', '@modelmeter/dashboards', 'echarts', 'zrender', 'tslib'],
  async onSuccess() {
    const echarts = createRequire(import.meta.url).resolve('echarts/package.json');
    await mkdir('dist/licenses', { recursive: true });
    for (const [name, files] of Object.entries(licenseFiles)) {
      const folder = dirname(createRequire(echarts).resolve(`${name}/package.json`));
      for (const file of files) {
        await copyFile(join(folder, file), `dist/licenses/${name}-${file}`);
      }
    }
  },
});
