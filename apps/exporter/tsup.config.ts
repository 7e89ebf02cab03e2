import { packageConfig } from '../../tsup.base.ts';

export default packageConfig({
  entry: { index: 'src/index.ts', bin: 'src/bin.ts', 'demo/main': 'demo/main.ts' },
  format: ['esm'],
});
