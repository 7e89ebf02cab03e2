/**
 * Lists what a package exports, one line for each name: entry point, value or type, name. The list
 * is committed as exports.txt, so that a change of the public surface shows in review.
 *
 *   node scripts/exported-names.mjs write packages/kernel    after a change that is meant
 *   node scripts/exported-names.mjs check packages/kernel    fails when list and build differ
 *
 * Reads the declarations of the build, for which the package must be built.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const [mode, ...folders] = process.argv.slice(2);
if (!['write', 'check'].includes(mode) || folders.length === 0) {
  console.error('Usage: node scripts/exported-names.mjs write|check <package folder>...');
  process.exit(2);
}

let differing = 0;
for (const folder of folders) {
  const file = join(folder, 'exports.txt');
  const names = exportedNames(resolve(folder));
  if (mode === 'write') {
    writeFileSync(file, names.join('\n').concat('\n'));
    console.log(`${file}: ${names.length} names written`);
    continue;
  }
  const listed = readList(file);
  const added = names.filter((name) => !listed.includes(name));
  const missing = listed.filter((name) => !names.includes(name));
  for (const name of added) console.error(`${file}: exported but not listed: ${name}`);
  for (const name of missing) console.error(`${file}: listed but not exported: ${name}`);
  if (added.length + missing.length > 0) differing += 1;
  else console.log(`${file}: ${names.length} names, as exported`);
}
if (differing > 0) {
  console.error('If the change is meant, run node scripts/exported-names.mjs write <folder>.');
  process.exit(1);
}

function exportedNames(folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entries = Object.entries(exports).flatMap(([path, conditions]) => {
    const types = conditions.import?.types ?? conditions.types;
    return types === undefined ? [] : [{ path, file: join(folder, types) }];
  });
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  );
  const checker = program.getTypeChecker();
  return entries.flatMap(({ path, file }) => {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} is missing; build the package first`);
    return checker
      .getExportsOfModule(checker.getSymbolAtLocation(source))
      .map((symbol) => {
        const target =
          symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        const kind = target.flags & ts.SymbolFlags.Value ? 'value' : 'type ';
        return `${path} ${kind} ${symbol.name}`;
      })
      .sort();
  });
}

function readList(file) {
  try {
    return readFileSync(file, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}
