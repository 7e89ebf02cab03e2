/**
 * Runs a job of the repository on a machine that has Node and npm only: installs and builds what
 * is missing, then starts it. Uses no package, since there may be none yet.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const installed = join(root, 'node_modules', '.modelmeter-installed');

const jobs = {
  install: () => {},
  demo: (rest) => stay('node', ['apps/exporter/dist/demo/main.js', ...rest]),
  // Each workspace runs two workers; more at once only wait for each other.
  test: (rest) => turbo(['test', '--concurrency=2', ...rest]),
  'bench:adapters': (rest) => bench('adapters', rest),
  'bench:kernel': (rest) => bench('kernel', rest),
  'bench:hostile': (rest) => bench('hostile', rest),
  'bench:drift': (rest) => bench('drift', rest),
  'bench:ingestion': (rest) => bench('ingestion', rest),
  'bench:kills': (rest) => bench('kills', rest),
  'bench:metrics': (rest) => bench('metrics', rest),
  'bench:requests': (rest) => bench('requests', rest),
  'bench:rules': (rest) => bench('rules', rest),
  'bench:targets': (rest) => bench('targets', rest),
  // Shows in seconds that every benchmark runs; peers that are not installed are NOT RUN.
  'bench:smoke': () => {
    const names = ['kernel', 'metrics', 'targets', 'adapters', 'drift', 'rules', 'requests'];
    for (const name of [...names, 'ingestion', 'kills']) bench(name, ['--smoke']);
  },
  calibration: (rest) => run('node', ['calibration/dist/main.js', ...rest]),
  e2e: (rest) => run('npx', ['vitest', 'run', '--root', 'e2e', ...rest]),
};

const [job, ...rest] = process.argv.slice(2);
if (!(job in jobs)) {
  console.error(`run.mjs: unknown job "${job}"; it must be one of ${Object.keys(jobs).join(', ')}`);
  process.exit(2);
}
checkNode();
install();
if (job === 'install') process.exit();
turbo(['build', '--output-logs=errors-only', '--log-order=grouped'], job === 'demo');
jobs[job](rest);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Modelmeter needs Node 20.19 or later; this is ${process.versions.node}.`);
  process.exit(1);
}

function install() {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === hash) return;
  console.log('Installing the packages (once) …');
  const quietly = ['--no-fund', '--no-audit', '--loglevel=error'];
  if (!(process.env.CI && succeeds('npm', ['ci', ...quietly]))) {
    if (process.env.CI) {
      console.log(
        'npm ci failed: the lockfile is stale, or the registry lacks packages that it names for other platforms. Installing with npm install --no-save instead.',
      );
    }
    run('npm', ['install', '--no-save', ...quietly]);
  }
  mkdirSync(dirname(installed), { recursive: true });
  writeFileSync(installed, hash);
}

function bench(name, rest) {
  run('npm', ['run', `bench:${name}`, '-w', '@modelmeter/benchmarks', '--', ...rest]);
}

function turbo(args, quiet = false) {
  run('npx', ['turbo', 'run', '--no-update-notifier', ...args], quiet);
}

/**
 * Runs a command that a person stops. Ctrl-C reaches it by itself, as it does all of a terminal's
 * programs, and must not come twice; a SIGTERM comes here only and is handed on.
 */
function stay(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => {
    process.exitCode = code ?? 0;
  });
}

/** Runs a command to its end; its failure is this script's. */
function run(command, args, quiet = false) {
  const result = runToEnd(command, args, quiet);
  if (result.status !== 0) {
    if (quiet) process.stderr.write(`${result.stdout}${result.stderr}`);
    process.exit(result.status ?? 1);
  }
}

function succeeds(command, args) {
  return runToEnd(command, args, false).status === 0;
}

function runToEnd(command, args, quiet) {
  const windows = process.platform === 'win32' && command !== 'node';
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    shell: windows,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  });
  if (result.error) throw result.error;
  return result;
}
