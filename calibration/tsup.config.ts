import { packageConfig } from '../tsup.base';

export default packageConfig({
  entry: { main: 'src/main.ts', 'split-worker': 'src/checks/split-worker.ts' },
  // One file each: a thread finds its program next to the main one.
  splitting: false,
  // A private workspace in TypeScript.
  noExternal: ['@modelmeter/alerts'],
  format: ['esm'],
  dts: false,
});
