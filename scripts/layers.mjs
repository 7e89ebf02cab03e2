/**
 * The layers of the repository, bottom first. A module may import from its own layer or from one
 * below, never from one above, and no circle may arise. `import-graph.mjs` checks all of it.
 */

/** Workspaces by folder; `examples/*` is one entry. */
export const workspaceLayers = [
  ['wasm'],
  ['packages/kernel'],
  ['packages/core'],
  ['packages/function', 'packages/onnx', 'packages/tfjs', 'packages/config-file'],
  ['alerts', 'dashboards'],
  ['apps/exporter', 'apps/cli'],
  ['benchmarks', 'calibration', 'e2e', 'examples/*'],
];

/** Folders and top-level files of `src`, by workspace. */
export const sourceLayers = {
  'packages/kernel': [
    ['errors', 'types'],
    ['checks', 'numeric'],
    ['distributions'],
    ['kernel'],
    ['profiles'],
    ['statistics'],
    ['compatibility', 'worker'],
    ['index'],
  ],
  'packages/core': [
    ['errors', 'clock', 'vocabulary'],
    ['failures', 'quality-scores', 'restoring'],
    ['schedule'],
    ['settings'],
    ['categories', 'prediction', 'report', 'catalogue'],
    ['embeddings'],
    ['bins'],
    ['history'],
    ['quality/score-bins'],
    ['quality/estimate'],
    ['reference', 'reference-json'],
    ['windows'],
    ['reference-recorder'],
    ['drift/compared-feature', 'drift/criteria'],
    ['drift/words'],
    ['drift'],
    ['quality'],
    ['call'],
    ['metrics'],
    ['drift/runs'],
    ['quality/targets'],
    ['state/monitor-state'],
    ['monitor-options', 'prepare-monitor'],
    ['change-hooks', 'observe'],
    ['state'],
    ['monitor'],
    ['testing'],
    // What the subpaths of the package export.
    ['index', 'adapter', 'drift.ts', 'quality.ts'],
  ],
};
