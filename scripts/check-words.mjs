/**
 * Refuses words that must not come back, in every tracked text file. The list, with what to write
 * instead, is `words.json`:
 *
 *   { "words": ["cell"], "instead": "bin", "allowed": [{ "file": "…", "reason": "…" }] }
 *
 * `words` are found in sentences and inside camelCase names; `pattern` is a regular expression in
 * which a space also matches a line break of a comment. `files` limits an entry to paths that match
 * it. `allowed` names files that keep a word, each with the reason; an exception that is no longer
 * used is an error.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Data, and what is generated from files that are checked themselves. */
const notText =
  /(?:^|\/)(?:fixtures|package-lock\.json|expected\.json|reference\.json|scripts\/words\.json)(?:\/|$)|\.(?:csv|txt|parquet|arrow|onnx|bin|png|wasm)$/;

const words = JSON.parse(readFileSync(join(root, 'scripts/words.json'), 'utf8')).map((entry) => {
  const pattern = entry.pattern ?? entry.words.map(inText).join('|');
  return {
    pattern,
    instead: entry.instead,
    expression: new RegExp(pattern.replaceAll(' ', '(?:\\s|\\*|//|#)+'), 'g'),
    files: new RegExp(entry.files ?? ''),
    allowed: new Map(
      (entry.allowed ?? []).map(({ file, reason }) => [file, { reason, used: false }]),
    ),
  };
});

const problems = [];
for (const file of trackedFiles()) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const word of words) {
    if (!word.files.test(file)) continue;
    for (const match of text.matchAll(word.expression)) {
      const allowed = word.allowed.get(file);
      if (allowed?.reason) {
        allowed.used = true;
        continue;
      }
      const line = text.slice(0, match.index).split('\n').length;
      const found = match[0].replaceAll(/\s+/g, ' ').trim();
      problems.push(`${file}:${line}: "${found}": write ${word.instead}`);
    }
  }
}
for (const { pattern, allowed } of words) {
  for (const [file, { used, reason }] of allowed) {
    if (!reason) problems.push(`scripts/words.json: ${pattern} allows ${file} without a reason`);
    else if (!used) problems.push(`scripts/words.json: ${pattern} is not in ${file} any more`);
  }
}

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? `None of ${words.length} entries of scripts/words.json is in any file.`
    : `${problems.length} uses of words to avoid.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

function trackedFiles() {
  // New files that are not committed yet are checked as well.
  const list = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  );
  const deleted = new Set(
    execFileSync('git', ['ls-files', '-z', '--deleted'], { cwd: root, encoding: 'utf8' }).split(
      '\0',
    ),
  );
  return list
    .split('\0')
    .filter((file) => file !== '' && !notText.test(file) && !deleted.has(file));
}

/** A word by itself, at the start of a sentence, or as one part of a camelCase name. */
function inText(word) {
  const capital = word[0].toUpperCase() + word.slice(1);
  return `(?<![A-Za-z])(?:${word}|${capital})(?![a-z])|(?<=[a-z0-9])${capital}(?![a-z])`;
}
