/**
 * Writes `repository`, `homepage` and `bugs` into every published package, once the repository has
 * a public address:
 *
 *   node scripts/set-repository.mjs https://git.example.org/team/modelmeter
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const address = process.argv[2]?.replace(/(?:\.git)?\/?$/, '');
if (address === undefined || !URL.canParse(address)) {
  console.error('Usage: node scripts/set-repository.mjs URL');
  process.exit(2);
}

for (const parent of ['packages', 'apps']) {
  for (const folder of readdirSync(join(root, parent))) {
    const directory = `${parent}/${folder}`;
    const path = join(root, directory, 'package.json');
    const { name, version, description, keywords, ...rest } = JSON.parse(
      readFileSync(path, 'utf8'),
    );
    const manifest = {
      name,
      version,
      description,
      keywords,
      ...rest,
      homepage: `${address}/tree/main/${directory}#readme`,
      bugs: `${address}/issues`,
      repository: { type: 'git', url: `git+${address}.git`, directory },
    };
    writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
  }
}
