/**
 * Packs every package, installs each with the command of its README in an empty folder, and there
 * runs the first example of the README (or `--help` of the program), loads the package with
 * `require`, and checks the types of all examples under `strict`, with and without exports maps.
 *
 *   node scripts/check-install.mjs             # all packages
 *   node scripts/check-install.mjs core onnx   # some of them
 *   node scripts/check-install.mjs --bills sbom   # writes the bill of materials of each to a folder
 *
 * Packages of the repository come from their tarballs, others from the registry in the versions
 * that the lockfile has.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;

/** What an example expects to be there already. */
const surroundings = {
  '@modelmeter/config-file': { files: { 'config.yaml': 'config.example.yaml' } },
  '@modelmeter/onnx': { files: { 'model.onnx': 'packages/onnx/test/fixtures/matrix.onnx' } },
  '@modelmeter/tfjs': {
    // The addon of tfjs-node is built by an install script, which not every machine lets run.
    replace: [
      ["'@tensorflow/tfjs-node'", "'@tensorflow/tfjs'"],
      [
        "await tf.loadLayersModel('file://model/model.json')",
        'tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] })',
      ],
    ],
  },
};

const packages = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(join(root, parent)).map((folder) => {
    const path = join(root, parent, folder);
    return { path, manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) };
  }),
);
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { bills: { type: 'string' } },
});
const wanted = positionals.map((name) => `@modelmeter/${name}`);
const bills = values.bills === undefined ? undefined : resolve(values.bills);
if (bills !== undefined) mkdirSync(bills, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'modelmeter-install-'));
let passed = 0;
let failed = 0;
try {
  const tarballs = new Map(packages.map(({ path, manifest }) => [manifest.name, pack(path)]));
  for (const { path, manifest } of packages) {
    if (wanted.length === 0 || wanted.includes(manifest.name)) tryOut(path, manifest, tarballs);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`\n${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;

/** The bill of materials of what users install, in the format of CycloneDX. */
function writeBill(folder, { name, dependencies = {} }) {
  const text = run(folder, 'npm', ['sbom', '--sbom-format=cyclonedx']);
  const names = JSON.parse(text).components.map(({ name: own, group }) =>
    group === undefined ? own : `${group}/${own}`,
  );
  const missing = [name, ...Object.keys(dependencies)].filter((each) => !names.includes(each));
  if (missing.length > 0) throw new Error(`it lacks ${missing.join(', ')}`);
  if (bills === undefined) return;
  writeFileSync(join(bills, `${name.replace('@', '').replace('/', '-')}.cdx.json`), text);
}

function tryOut(path, manifest, tarballs) {
  const { name } = manifest;
  console.log(`\n${name}`);
  const folder = join(work, name.replace('/', '-'));
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'package.json'),
    '{ "name": "installed", "version": "0.0.0", "type": "module", "private": true }\n',
  );
  const file = join(path, 'README.md');
  const readme = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const packed = join(folder, 'node_modules', name);

  const command = /^npm install (.+)$/m.exec(readme)?.[1].split(' ') ?? [];
  check('README says how to install or run it', () => {
    if (!command.includes(name) && !readme.includes(`npx ${name} `)) {
      throw new Error(`neither "npm install … ${name}" nor "npx ${name} …"`);
    }
  });
  const specifiers = withOwnDependencies([...new Set([name, ...command])]).map(
    (each) => tarballs.get(each) ?? `${each}@${lock[`node_modules/${each}`].version}`,
  );
  if (
    !check('npm install', () =>
      run(folder, 'npm', [
        'install',
        '--engine-strict',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        ...specifiers,
      ]),
    )
  )
    return;

  check('bill of materials has every dependency', () => writeBill(folder, manifest));
  check('LICENSE is packed', () => readFileSync(join(packed, 'LICENSE')));
  check('links of the README lead to packed files', () => checkLinks(readme, packed));
  check('files of every export are packed', () => checkExports(manifest.exports, packed));
  for (const program of Object.keys(manifest.bin ?? {})) {
    check(`${program} --help`, () => {
      const help = run(folder, join(folder, 'node_modules/.bin', program), ['--help']);
      if (!help.includes('Usage')) throw new Error(`no usage in: ${help}`);
    });
  }

  const { files = {}, replace = [] } = surroundings[name] ?? {};
  for (const [file, source] of Object.entries(files))
    copyFileSync(join(root, source), join(folder, file));
  const examples = [...readme.matchAll(/^```ts\n([\s\S]+?)^```$/gm)].map(([, code]) =>
    replace.reduce((text, [from, to]) => text.replace(from, to), code),
  );
  if (examples.length > 0) {
    writeFileSync(join(folder, 'example.mjs'), withoutTypes(examples[0]));
    check('first example of the README', () => {
      const said = [...examples[0].matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map(
        (match) => match[1],
      );
      const printed = run(folder, 'node', ['example.mjs']);
      if (said.length > 0 && printed.trim() !== said.join('\n')) {
        throw new Error(`it prints\n${printed}instead of\n${said.join('\n')}`);
      }
    });
    // Without exports maps there is CommonJS only.
    const node10 = manifest.main === undefined ? [] : ['node10'];
    for (const moduleResolution of [...node10, 'bundler', 'nodenext']) {
      check(`types of ${examples.length} examples, moduleResolution ${moduleResolution}`, () =>
        checkTypes(folder, examples, moduleResolution),
      );
    }
  }
  const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
  for (const entry of entries) {
    const specifier = join(name, entry);
    check(`import ${specifier}`, () =>
      run(folder, 'node', ['--input-type=module', '--eval', `await import('${specifier}')`]),
    );
    if (manifest.exports[entry].require !== undefined) {
      check(`require ${specifier}`, () =>
        run(folder, 'node', ['--input-type=commonjs', '--eval', `require('${specifier}')`]),
      );
    }
  }
}

function withoutTypes(code) {
  return ts.transpileModule(code, {
    compilerOptions: { target: 'es2022', module: 'esnext', verbatimModuleSyntax: true },
  }).outputText;
}

/** The packages of the repository that some of them depend on, which no registry has yet. */
function withOwnDependencies(names) {
  const all = new Set(names);
  for (const name of all) {
    const manifest = packages.find((each) => each.manifest.name === name)?.manifest;
    for (const dependency of Object.keys({
      ...manifest?.dependencies,
      ...manifest?.peerDependencies,
    })) {
      if (packages.some((each) => each.manifest.name === dependency)) all.add(dependency);
    }
  }
  return [...all];
}

function checkTypes(folder, examples, moduleResolution) {
  const types = join(folder, `types-${moduleResolution}`);
  mkdirSync(types);
  for (const [index, code] of examples.entries()) {
    writeFileSync(join(types, `example-${index}.ts`), `${code}\nexport {};\n`);
  }
  const options = {
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2023'],
    module: moduleResolution === 'nodenext' ? 'nodenext' : 'esnext',
    moduleResolution,
    ignoreDeprecations: '6.0',
    skipLibCheck: true,
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
  };
  writeFileSync(join(types, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  run(types, 'node', [join(root, 'node_modules/typescript/bin/tsc'), '--project', types]);
}

/** A link of a published README is an anchor, a packed file, or a package of the repository. */
function checkLinks(readme, packed) {
  const published = packages.map(
    ({ manifest }) => `https://www.npmjs.com/package/${manifest.name}`,
  );
  const broken = [...readme.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link)
    .filter((link) => {
      if (link.startsWith('#') || published.includes(link.split('#')[0])) return false;
      if (/^https?:/.test(link)) return link.includes('modelmeter');
      return !existsSync(join(packed, link.split('#')[0]));
    });
  if (broken.length > 0) throw new Error(broken.join(', '));
}

function checkExports(target, packed) {
  if (typeof target === 'string') {
    if (!existsSync(join(packed, target))) throw new Error(`${target} is missing`);
  } else {
    for (const inner of Object.values(target)) checkExports(inner, packed);
  }
}

function pack(path) {
  const [{ filename }] = JSON.parse(
    run(path, 'npm', ['pack', '--json', '--pack-destination', work]),
  );
  return join(work, filename);
}

/** Runs a check and prints how it went; true where it passed. */
function check(title, action) {
  try {
    action();
    passed += 1;
    console.log(`  ok      ${title}`);
    return true;
  } catch (error) {
    failed += 1;
    console.log(`  FAILED  ${title}: ${error.message}`);
    return false;
  }
}

function run(cwd, command, args) {
  // The Node that runs this script, whatever comes first in the path.
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, PATH: path, ORT_DISABLE_TELEMETRY: '1' },
  });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${result.stdout}${result.stderr}`.trim());
  return result.stdout;
}
