import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { evaluateDrift } from '@modelmeter/core/drift';
import { faults } from '../faults.js';
import { pick, samplesOf } from '../profiling.js';
import { percent, type Row } from '../row.js';
import type { RulesFactory } from '../rules.js';
import { createRowDrawer, randomFor } from '../sampling.js';
import { type Column, featuresOf, type Table } from '../table.js';
import { evaluateAmong, faultyColumns } from './fault-power.js';
import type { Sizes } from './split-sizes.js';

/** Names the drifted columns of a comparison; undefined where it refuses to compare them. */
export interface Peer {
  readonly name: string;
  drifted(columns: readonly ComparedColumn[], tested: number): Promise<Set<string> | undefined>;
  close(): void;
}

export interface ComparedColumn {
  readonly reference: Column;
  readonly current: Column;
}

/** The tools that `peers.py` knows, and the variable that names the Python with each. */
const tools = {
  evidently: 'EVIDENTLY_PYTHON',
  nannyml: 'NANNYML_PYTHON',
  alibi_detect: 'ALIBI_DETECT_PYTHON',
  drift_watchdog: 'DRIFT_WATCHDOG_PYTHON',
} as const;

const script = fileURLToPath(new URL('../peers.py', import.meta.url));

/** Starts the tools that are installed; `missing` are the others, each with the reason. */
export async function startPeers(): Promise<{ peers: Peer[]; missing: string[] }> {
  const peers: Peer[] = [];
  const missing: string[] = [];
  for (const [name, variable] of Object.entries(tools)) {
    const python = process.env[variable] ?? process.env.PYTHON ?? 'python3';
    const peer = await startPeer(name, python);
    if (typeof peer === 'string') missing.push(`${name} (${variable}): ${peer}`);
    else peers.push(peer);
  }
  return { peers, missing };
}

/** The reason if this Python cannot import the tool. */
async function startPeer(name: string, python: string): Promise<Peer | string> {
  const child = spawn(python, [script, name], { stdio: ['pipe', 'pipe', 'pipe'] });
  let lastMessage = `${python} cannot be started`;
  createInterface({ input: child.stderr! }).on('line', (line) => {
    if (line.trim() !== '') lastMessage = line.trim();
  });
  const closed = once(child, 'close').catch(() => undefined);
  const answers = readAnswers(child);
  const ready = await answers.next().catch(() => undefined);
  if (ready?.value !== '"ready"') {
    await closed;
    return lastMessage;
  }
  return {
    name,
    async drifted(columns, tested) {
      const request = { tested, columns: columns.map(plainColumn) };
      child.stdin!.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error(`${name} ended before it answered: ${lastMessage}`);
      const names = JSON.parse(value) as readonly string[] | null;
      return names === null ? undefined : new Set(names);
    },
    close: () => child.stdin!.end(),
  };
}

async function* readAnswers(child: ChildProcess): AsyncGenerator<string> {
  // A Python that does not exist is an error of the process, and no line is read.
  child.on('error', () => child.stdout!.destroy());
  yield* createInterface({ input: child.stdout! });
}

function plainColumn({ reference, current }: ComparedColumn) {
  const plain = ({ values }: Column): (number | string | null)[] =>
    Array.from<number | string | null, number | string | null>(values, (value) =>
      typeof value === 'number' && !Number.isFinite(value) ? null : value,
    );
  return {
    name: reference.name,
    type: reference.type,
    reference: plain(reference),
    current: plain(current),
  };
}

/** Sizes of the splits that the peers see; they are slow. */
const peerSizes: readonly Sizes[] = [
  { n: 300, m: 300 },
  { n: 1000, m: 1000 },
  { n: 5000, m: 300 },
];
/** Faults of which every tool is asked. */
const peerFaults: ReadonlySet<string> = new Set([
  'shift by 0.25 σ',
  'shift by 1 σ',
  'another unit: × 1000',
  'another unit in 2 % of the rows',
  '5 % are -1',
  'all missing',
  '2 % of a new category',
  '10 points from one category to another',
  'clipped at the 90 % quantile',
  'one value in all rows',
]);

interface Answers {
  runs: number;
  found: number;
}

/**
 * False alarms and power of other tools at their defaults and of this decision, on the same splits
 * of a table. A comparison that a tool refuses counts as found, since its user sees an error.
 */
export async function peerRows(
  table: Table,
  splits: number,
  seed: number,
  rulesFactory: RulesFactory,
  peers: readonly Peer[],
  progress: (share: number) => void,
): Promise<Row[]> {
  const names = ['modelmeter', ...peers.map(({ name }) => name)];
  const rows: Row[] = [
    {
      check: `${table.name}, ${splits} splits:`,
      measured: names.map((name) => name.padStart(14)).join(' '),
      goal: '',
    },
  ];
  for (const [index, sizes] of peerSizes.entries()) {
    const counts = await askAll(table, sizes, splits, seed, rulesFactory, peers);
    for (const [check, answers] of counts) {
      rows.push({
        check: `n ${sizes.n}, m ${sizes.m}: ${check}`,
        measured: answers
          .map(({ runs, found }) => (runs === 0 ? '' : percent(found / runs)).padStart(14))
          .join(' '),
        goal: '',
      });
    }
    progress((index + 1) / peerSizes.length);
  }
  return rows;
}

/** Counts by check, then by tool, this decision first. */
async function askAll(
  table: Table,
  sizes: Sizes,
  splits: number,
  seed: number,
  rulesFactory: RulesFactory,
  peers: readonly Peer[],
): Promise<Map<string, Answers[]>> {
  const { n, m } = sizes;
  const draw = createRowDrawer(randomFor(seed, `${table.name} ${n} ${m}`), table.rows);
  const rules = rulesFactory(featuresOf(table.columns));
  const counts = new Map<string, Answers[]>();
  const add = (check: string, tool: number, found: boolean): void => {
    const answers = counts.get(check) ?? Array.from([0, ...peers], () => ({ runs: 0, found: 0 }));
    answers[tool]!.runs += 1;
    if (found) answers[tool]!.found += 1;
    counts.set(check, answers);
  };
  const isAlarm = ({ state }: { readonly state: string }): boolean =>
    state === 'investigate' || state === 'drift';
  const noDrift = 'no drift, any column';
  for (let split = 0; split < splits; split += 1) {
    const [reference, current] = draw(n, m);
    const samples = samplesOf(table.columns, reference!, current!);
    const found = evaluateDrift(samples, rules);
    add(noDrift, 0, found.some(isAlarm));
    const columns = table.columns.map((column) => ({
      reference: pick(column, reference!),
      current: pick(column, current!),
    }));
    for (const [tool, peer] of peers.entries()) {
      const drifted = await peer.drifted(columns, columns.length);
      add(noDrift, tool + 1, drifted === undefined || drifted.size > 0);
    }
    const pValues = new Map(found.map(({ name, pValue }) => [name, pValue]));
    for (const faulty of faultyColumns(table, reference!, current!, split, seed)) {
      const { title } = faulty.fault;
      if (!peerFaults.has(title)) continue;
      add(title, 0, isAlarm(evaluateAmong(faulty, samples, pValues, rules)));
      for (const [tool, peer] of peers.entries()) {
        const drifted = await peer.drifted([faulty], columns.length);
        add(title, tool + 1, drifted === undefined || drifted.size > 0);
      }
    }
  }
  const order = new Map([noDrift, ...faults.map(({ title }) => title)].map((key, at) => [key, at]));
  return new Map([...counts].sort(([a], [b]) => order.get(a)! - order.get(b)!));
}

/** How to read the lines of `peerRows`. */
export const peerNotes: readonly string[] = [
  'Faults: share of the runs in which the column with the fault is called investigate or drift.',
  'NannyML compares with chunks of the reference: of the size of the window where it has five of them, else ten.',
  'alibi-detect: its tabular detector, missing numbers below all others; drift-watchdog: numeric columns only.',
];
