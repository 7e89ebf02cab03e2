import { cp } from 'node:fs/promises';
import { packageConfig } from '../../tsup.base';

export default packageConfig({
  entry: {
    index: 'src/index.ts',
    bin: 'src/bin.ts',
    'demo/main': 'demo/main.ts',
    'demo/export-features': 'demo/train/export-features.ts',
    'demo/build-reference': 'demo/train/build-reference.ts',
  },
  format: ['esm'],
  external: ['onnxruntime-node'],
  dts: { entry: 'src/index.ts' },
  async onSuccess() {
    await cp('../../runbooks', 'dist/runbooks', { recursive: true });
    await cp('demo/late-flights', 'dist/demo/late-flights', { recursive: true });
  },
});
