import { packageConfig } from '../../tsup.base';

export default packageConfig({
  entry: {
    index: 'src/index.ts',
    adapter: 'src/adapter.ts',
    drift: 'src/drift.ts',
    quality: 'src/quality.ts',
    catalogue: 'src/catalogue.ts',
    settings: 'src/settings/index.ts',
    testing: 'src/testing/index.ts',
  },
});
