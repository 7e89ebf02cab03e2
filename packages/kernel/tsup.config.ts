import { packageConfig } from '../../tsup.base';

export default packageConfig({
  entry: {
    index: 'src/index.ts',
    statistics: 'src/statistics/index.ts',
    distributions: 'src/distributions/index.ts',
    profiles: 'src/profiles/index.ts',
    compatibility: 'src/compatibility/index.ts',
    worker: 'src/worker/index.ts',
  },
  // One copy of the WebAssembly module and of KernelError for all entry points, in CommonJS too.
  splitting: true,
});
