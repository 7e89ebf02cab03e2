/**
 * Runs `changeset version` in a copy of the repository and checks what it would release: no package
 * jumps to 1.0.0 because core is its peer, the packages fit each other, and private workspaces get
 * neither a version nor a changelog.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import semver from 'semver';

const root = fileURLToPath(new URL('..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'modelmeter-release-'));
const problems = [];
try {
  const files = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '.changeset', '*package.json'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of [...files, 'package-lock.json']) cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.changeset', ...files.filter((file) => !file.startsWith('.changeset')));
  git('commit', '--quiet', '--message=copy');

  const manifests = files.filter((file) => file.endsWith('/package.json'));
  const before = new Map(manifests.map((file) => [file, readManifest(file)]));
  execFileSync('node', [join(root, 'node_modules/@changesets/cli/bin.js'), 'version'], {
    cwd: copy,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const after = new Map(manifests.map((file) => [file, readManifest(file)]));
  const versions = new Map([...after.values()].map(({ name, version }) => [name, version]));

  for (const [file, manifest] of after) {
    const was = before.get(file);
    if (manifest.private) checkPrivate(file, was, manifest);
    else checkPublic(was, manifest, versions);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

function checkPrivate(file, was, manifest) {
  if (manifest.version !== was.version) {
    problems.push(`${manifest.name} is private and would become ${manifest.version}`);
  }
  if (existsSync(join(copy, dirname(file), 'CHANGELOG.md'))) {
    problems.push(`${manifest.name} is private and would get a changelog`);
  }
}

function checkPublic(was, manifest, versions) {
  console.log(`${manifest.name.padEnd(26)} ${was.version} -> ${manifest.version}`);
  if (semver.lt(was.version, '1.0.0') && semver.gte(manifest.version, '1.0.0')) {
    problems.push(`${manifest.name} would jump to ${manifest.version}`);
  }
  for (const [name, range] of Object.entries({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
  })) {
    const version = versions.get(name);
    if (version !== undefined && !semver.satisfies(version, range)) {
      problems.push(`${manifest.name} needs ${name} ${range}, which would be ${version}`);
    }
  }
}

function readManifest(file) {
  return JSON.parse(readFileSync(join(copy, file), 'utf8'));
}

function git(...args) {
  execFileSync(
    'git',
    [
      '-c',
      'user.name=release',
      '-c',
      'user.email=release@localhost',
      '-c',
      'commit.gpgsign=false',
      ...args,
    ],
    { cwd: copy, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}
