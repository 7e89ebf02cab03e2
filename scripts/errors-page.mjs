/**
 * Writes docs/errors.md from the tables of error codes in the packages (`src/errors.ts`).
 *
 *   node scripts/errors-page.mjs --write   writes the page
 *   node scripts/errors-page.mjs           checks: the page is up to date, every code is used by
 *                                          the sources of its package and asserted by a test
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs/errors.md');

const tables = ['packages', 'apps']
  .flatMap((parent) => readdirSync(join(root, parent)).map((folder) => join(parent, folder)))
  .filter((folder) => existsSync(join(root, folder, 'src/errors.ts')))
  .map((folder) => ({
    folder,
    name: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).name,
    codes: codesOf(join(folder, 'src/errors.ts')),
  }));
const text = render(tables);

if (process.argv.includes('--write')) {
  writeFileSync(page, text);
} else {
  const problems = [];
  if (!existsSync(page) || readFileSync(page, 'utf8') !== text) {
    problems.push(
      'docs/errors.md is not what the tables say: node scripts/errors-page.mjs --write',
    );
  }
  const tests = ['packages', 'apps'].flatMap((parent) => textsOf(parent, /\/test\/.*\.test\.ts$/));
  for (const { folder, codes } of tables) {
    const sources = textsOf(join(folder, 'src'), /(?<!\/errors)\.ts$/);
    for (const { code } of codes) {
      const named = new RegExp(`['"]${code}['"]|\\b${code}\\b`);
      if (!sources.some((source) => named.test(source))) {
        problems.push(`${folder}: nothing throws ${code}`);
      }
      if (!tests.some((test) => named.test(test)))
        problems.push(`${folder}: no test asserts ${code}`);
    }
  }
  for (const problem of problems) console.error(problem);
  const count = tables.reduce((sum, { codes }) => sum + codes.length, 0);
  console.log(`${count} error codes of ${tables.length} packages, ${problems.length} problems.`);
  if (problems.length > 0) process.exitCode = 1;
}

/** Entries of the exported table whose keys are codes: a meaning, or a status and a title. */
function codesOf(file) {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found = [];
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && /^[A-Z][A-Z_]+$/.test(node.name.getText(source))) {
      found.push({ code: node.name.getText(source), ...entryOf(node.initializer) });
    } else {
      ts.forEachChild(node, visit);
    }
  };
  visit(source);
  if (found.length === 0) throw new Error(`${file} has no table of error codes`);
  return found;
}

function entryOf(value) {
  if (ts.isStringLiteralLike(value)) return { meaning: value.text };
  const fields = Object.fromEntries(
    value.properties.map(({ name, initializer }) => [name.text, initializer.text]),
  );
  return { meaning: fields.meaning ?? `${fields.title}.`, status: fields.status };
}

function render(packages) {
  const sections = packages.map(({ name, codes }) => {
    const withStatus = codes.some(({ status }) => status !== undefined);
    const rows = [
      withStatus ? ['code', 'HTTP status', 'meaning'] : ['code', 'meaning'],
      ...codes.map(({ code, status, meaning }) =>
        withStatus ? [`\`${code}\``, status ?? '', meaning] : [`\`${code}\``, meaning],
      ),
    ];
    return `## ${name}\n\n${table(rows)}`;
  });
  return `# Error codes

Every error of a package has a \`code\` to branch on and a message for people, which names the place, the value and what to do. Codes are stable; messages are not. The exporter answers a refused request with a problem body (\`application/problem+json\`) that carries the code.

Generated from the \`src/errors.ts\` of each package by \`npm run generate\`.

${sections.join('\n\n')}
`;
}

/** A Markdown table with columns of one width, as the formatter would write it. */
function table([head, ...rows]) {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column].length)),
  );
  const line = (cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function textsOf(folder, pattern) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => pattern.test(file))
    .map((file) => readFileSync(file, 'utf8'));
}
