import { packageConfig } from '../../tsup.base';

export default packageConfig({
  entry: { bin: 'src/bin.ts' },
  format: ['esm'],
  dts: false,
  // Private workspaces, which nobody could install.
  noExternal: ['@modelmeter/alerts', '@modelmeter/dashboards'],
});
