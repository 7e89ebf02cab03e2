import { defineConfig, type Options } from 'tsup';

/**
 * The one build of every package: ESM and CommonJS with declarations, nothing bundled but its own
 * files. A package passes only what differs.
 */
export function packageConfig(options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    target: 'node20',
    platform: 'node',
    dts: true,
    clean: true,
    treeshake: true,
    ...options,
  });
}
