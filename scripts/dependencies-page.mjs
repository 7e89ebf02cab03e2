/**
 * Writes docs/dependencies.md: what the published packages need at run time, why, and what comes with it.
 *
 *   node scripts/dependencies-page.mjs --write   writes the page
 *   node scripts/dependencies-page.mjs           checks: the page is up to date, every dependency has a
 *                                                reason, and everything that is installed has a licence
 *                                                that products may use
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs/dependencies.md');
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const reasons = readJson('scripts/dependency-reasons.json');
const { packages: locked } = readJson('package-lock.json');

const freeLicences = new Set([
  ...['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'],
  ...['Python-2.0', 'CC0-1.0', 'Unlicense', 'Zlib'],
]);

const problems = [];
const published = ['packages', 'apps']
  .flatMap((parent) => readdirSync(join(root, parent)).map((folder) => join(parent, folder)))
  .filter((folder) => existsSync(join(root, folder, 'package.json')))
  .map((folder) => ({ folder, ...readJson(join(folder, 'package.json')) }))
  .filter((manifest) => manifest.private !== true);
const used = new Set();
const text = render();

for (const name of Object.keys(reasons)) {
  if (!used.has(name)) problems.push(`scripts/dependency-reasons.json: nothing needs ${name}`);
}
if (process.argv.includes('--write')) writeFileSync(page, text);
else if (!existsSync(page) || readFileSync(page, 'utf8') !== text) {
  problems.push('docs/dependencies.md is out of date: node scripts/dependencies-page.mjs --write');
}
for (const problem of problems) console.error(problem);
console.log(
  `${used.size} dependencies of ${published.length} packages, ${problems.length} problems.`,
);
if (problems.length > 0) process.exitCode = 1;

function render() {
  const sections = published.map((manifest) => {
    const rows = [
      ...rowsOf(manifest, 'dependencies', 'always'),
      ...rowsOf(manifest, 'optionalDependencies', 'where it can be installed'),
      ...rowsOf(manifest, 'peerDependencies', 'by you'),
    ];
    return `## ${manifest.name}\n\n${rows.length === 0 ? 'Nothing.' : table(rows)}\n`;
  });
  return `# Dependencies

Written by \`npm run generate\`. What the published packages need at run time, in addition to each other, and why. The size is that of the files of the package itself; the last column counts the packages that come with it. All of them have a licence that products may use, which \`npm run check:dependencies\` checks. No package needs an install script.

${sections.join('\n')}`;
}

function rowsOf({ folder, ...manifest }, kind, installed) {
  return Object.keys(manifest[kind] ?? {})
    .filter((name) => !name.startsWith('@modelmeter/'))
    .sort()
    .flatMap((name) => {
      used.add(name);
      const reason = reasons[name];
      if (reason === undefined) {
        problems.push(`scripts/dependency-reasons.json: say why ${manifest.name} needs ${name}`);
        return [];
      }
      const path = find(name, folder);
      // A peer that the repository does not develop with.
      if (path === undefined) return [[name, manifest[kind][name], reason, installed, '', '', '']];
      const closure = closureOf(path);
      for (const part of closure) checkLicence(part, name);
      const { version, license } = locked[path];
      return [[name, version, reason, installed, license, sizeOf(path), String(closure.size - 1)]];
    });
}

function checkLicence(path, of) {
  const { license } = locked[path];
  const names = (license ?? '').replaceAll(/[()]/g, '').split(/ OR /);
  if (names.some((name) => name.split(/ AND /).every((one) => freeLicences.has(one)))) return;
  problems.push(`${of} brings ${path} with the licence ${license ?? 'of no name'}`);
}

/** The entry of the lock that a package of a folder resolves to. */
function find(name, from) {
  for (let folder = from; ; folder = folder.replace(/\/?(node_modules\/)?[^/]*$/, '')) {
    const path = join(folder, 'node_modules', name);
    if (locked[path] !== undefined) return path;
    if (folder === '') return undefined;
  }
}

/** A package and everything that comes with it, as far as this platform installs it. */
function closureOf(path, found = new Set()) {
  found.add(path);
  const { dependencies, optionalDependencies } = locked[path];
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const next = find(name, path);
    if (next !== undefined && !found.has(next)) closureOf(next, found);
  }
  return found;
}

/** Megabytes of the files of a package, without those of others within it. */
function sizeOf(path) {
  const bytes = bytesOf(join(root, path));
  return `${Number((bytes / 1e6).toPrecision(2))} MB`;
}

function bytesOf(path) {
  return readdirSync(path, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.name === 'node_modules') return sum;
    const inner = join(path, entry.name);
    return sum + (entry.isDirectory() ? bytesOf(inner) : statSync(inner).size);
  }, 0);
}

function table(rows) {
  const all = [['package', 'version', 'why', 'installed', 'licence', 'size', 'brings'], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = all;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
