/**
 * Prints the longest function of every workspace and fails above the limit. Lines are counted from
 * the first of a function's signature to its closing brace, comments and inner functions included.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const limit = 120;
const root = fileURLToPath(new URL('..', import.meta.url));

const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
let tooLong = 0;
for (const workspace of workspaces.flatMap(foldersOf)) {
  const functions = sourcesOf(workspace)
    .flatMap(functionsOf)
    .sort((a, b) => b.lines - a.lines);
  if (functions.length === 0) continue;
  const over = functions.filter(({ lines }) => lines > limit);
  tooLong += over.length;
  for (const { lines, name, file, line } of over.length > 0 ? over : functions.slice(0, 1)) {
    const verdict = lines > limit ? 'TOO LONG' : 'ok      ';
    console.log(
      `${verdict} ${String(lines).padStart(4)} of ${limit} lines  ${name}  ${file}:${line}`,
    );
  }
}
if (tooLong > 0) {
  console.error(`${tooLong} functions are over ${limit} lines: split them.`);
  process.exitCode = 1;
}

function functionsOf(file) {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line;
  const found = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body !== undefined) {
      const first = lineOf(node.getStart(source));
      const name = node.name ?? node.parent?.name;
      found.push({
        file,
        line: first + 1,
        lines: lineOf(node.end) - first + 1,
        name: name === undefined ? '(anonymous)' : name.getText(source),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function sourcesOf(workspace) {
  const folders = ['src', 'assembly'].map((name) => join(workspace, name));
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map((entry) => relative(root, join(entry.parentPath, entry.name))),
    );
}

function foldersOf(pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((child) => child.isDirectory())
    .map((child) => `${parent}/${child.name}`);
}
