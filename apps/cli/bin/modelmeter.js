#!/usr/bin/env node
import { existsSync } from 'node:fs';

// npm links a command at install only where its file exists, and dist is built after that.
const program = new URL('../dist/bin.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  console.error(
    'modelmeter is not built yet. Build it in the root of the repository with: npx turbo run build --filter=@modelmeter/cli',
  );
  process.exitCode = 1;
}
