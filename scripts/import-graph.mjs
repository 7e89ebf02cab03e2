/**
 * Prints which workspace imports which, and the same for the folders of the packages that have
 * layers of their own (`layers.mjs`). Fails on an import that runs upward, a circle, and a folder
 * that no layer names.
 *
 * Type imports count as well: a type from above ties the modules just as much to a reader.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { sourceLayers, workspaceLayers } from './layers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const problems = [];

const workspaces = workspaceLayers.flat().flatMap(foldersOf);
const workspaceOf = new Map(
  workspaces.map((folder) => [packageName(folder), entryOf(folder, workspaceLayers)]),
);
console.log('Workspaces');
check(
  workspaceLayers,
  workspaces.flatMap((folder) =>
    sourcesOf(folder)
      .flatMap(importsOf)
      .flatMap(({ file, specifier }) => {
        const name = /^@modelmeter\/[^/]+/.exec(specifier)?.[0];
        const to = name === undefined ? undefined : workspaceOf.get(name);
        return to === undefined ? [] : [{ from: entryOf(folder, workspaceLayers), to, file }];
      }),
  ),
  workspaceLayers.flat(),
);

for (const [workspace, layers] of Object.entries(sourceLayers)) {
  const source = join(workspace, 'src');
  const files = sourcesOf(source);
  const imports = files.flatMap(importsOf).flatMap(({ file, specifier }) => {
    const target = resolved(file, specifier, files);
    return target === undefined ? [] : [{ file, target }];
  });
  console.log(`\n${source}`);
  check(
    layers,
    imports.map(({ file, target }) => ({
      from: entryOf(relative(source, file), layers),
      to: entryOf(relative(source, target), layers),
      file,
    })),
    files.map((file) => entryOf(relative(source, file), layers)),
  );
  for (const circle of circles(edges(imports.map(({ file, target }) => [file, target])))) {
    problems.push(`circle of files: ${circle.join(' -> ')}`);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log('\nNo circle, no import that runs upward.');

/** Prints the arrows between the entries of some layers, and collects what breaks the layers. */
function check(layers, imports, present) {
  const layerOf = new Map(layers.flatMap((layer, index) => layer.map((entry) => [entry, index])));
  for (const entry of new Set(present)) {
    if (!layerOf.has(entry)) problems.push(`${entry} is in no layer of scripts/layers.mjs`);
  }
  for (const entry of layerOf.keys()) {
    if (!present.includes(entry)) problems.push(`${entry} of scripts/layers.mjs does not exist`);
  }
  for (const { from, to, file } of imports) {
    if (layerOf.get(to) > layerOf.get(from)) {
      problems.push(`${file} imports upward: ${from} -> ${to}`);
    }
  }
  const graph = edges(
    imports.filter(({ from, to }) => from !== to).map(({ from, to }) => [from, to]),
  );
  for (const circle of circles(graph)) problems.push(`circle: ${circle.join(' -> ')}`);
  for (const layer of layers.toReversed()) {
    for (const entry of layer) {
      const targets = [...(graph.get(entry) ?? [])].sort();
      console.log(`  ${entry.padEnd(24)} ${targets.length > 0 ? `-> ${targets.join(', ')}` : ''}`);
    }
  }
}

/** The longest entry of the layers that a path is in; the path's first part where none names it. */
function entryOf(path, layers) {
  const fits = (entry) =>
    entry.endsWith('/*')
      ? path.startsWith(entry.slice(0, -1))
      : path === entry || path === `${entry}.ts` || path.startsWith(`${entry}/`);
  const entries = layers.flat().filter(fits);
  return entries.sort((a, b) => b.length - a.length)[0] ?? path.split('/')[0];
}

function edges(pairs) {
  const graph = new Map();
  for (const [from, to] of pairs) {
    if (!graph.has(from)) graph.set(from, new Set());
    graph.get(from).add(to);
  }
  return graph;
}

/** The circles of a graph that a depth-first walk meets; none where there is none. */
function circles(graph) {
  const found = [];
  const finished = new Set();
  const path = [];
  const walk = (node) => {
    const start = path.indexOf(node);
    if (start >= 0) found.push([...path.slice(start), node]);
    if (start >= 0 || finished.has(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) walk(next);
    path.pop();
    finished.add(node);
  };
  for (const node of graph.keys()) walk(node);
  return found;
}

/** Static imports, re-exports, `import()` and the types that `import('…')` names. */
function importsOf(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => ({ file, specifier: fileName }));
}

function resolved(file, specifier, files) {
  if (!specifier.startsWith('.')) return undefined;
  const path = join(dirname(file), specifier).replace(/\.[jt]s$/, '');
  return files.find((other) => other === `${path}.ts` || other === `${path}/index.ts`);
}

/** The modules of a workspace that are not tests, relative to the repository. */
function sourcesOf(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter(
      (file) =>
        !/(?:^|\/)(?:node_modules|dist|build|test|tsup\.config\.ts|vitest\.config\.ts)(?:\/|$)/.test(
          file,
        ),
    );
}

function foldersOf(entry) {
  if (!entry.endsWith('/*')) return [entry];
  const parent = entry.slice(0, -2);
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((child) => child.isDirectory() && child.name !== 'node_modules')
    .map((child) => `${parent}/${child.name}`);
}

function packageName(folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).name;
}
