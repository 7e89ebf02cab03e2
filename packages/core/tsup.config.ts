import { packageConfig } from '../../tsup.base';

export default packageConfig({
  entry: {
    index: 'src/index.ts',
    catalogue: 'src/catalogue.ts',
    config: 'src/config.ts',
    testing: 'src/testing/index.ts',
  },
});
