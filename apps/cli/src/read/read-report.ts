/** What was read of one side, and what was not. */
export interface ReadReport {
  readonly format: 'csv' | 'json' | 'parquet' | 'arrow' | 'npy' | 'profile';
  /** How the file is written, where that was detected or given. */
  readonly detected: {
    readonly encoding?: string;
    readonly separator?: string;
    readonly decimal?: string;
  };
  /** Rows that could not be read, and the first of them. */
  readonly rejected: {
    readonly rows: number;
    readonly examples: readonly RejectedRow[];
  };
  /** Columns that are not compared. */
  readonly leftOut: readonly LeftOut[];
  /** How values were read, where it is not what the file says. */
  readonly notes: readonly string[];
}

export interface RejectedRow {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
}

export interface LeftOut {
  readonly column: string;
  readonly reason: string;
}

/** A report while a source is opened and read. */
export interface ReadLog {
  readonly format: ReadReport['format'];
  detected: ReadReport['detected'];
  rejectedRows: number;
  readonly rejectedExamples: RejectedRow[];
  readonly leftOut: LeftOut[];
  readonly notes: string[];
}

/** Rejected rows that are named. */
const examplesKept = 5;

export function createReadLog(format: ReadReport['format']): ReadLog {
  return {
    format,
    detected: {},
    rejectedRows: 0,
    rejectedExamples: [],
    leftOut: [],
    notes: [],
  };
}

export function reject(log: ReadLog, row: RejectedRow): void {
  log.rejectedRows += 1;
  if (log.rejectedExamples.length < examplesKept) log.rejectedExamples.push(row);
}

export function readReport(log: ReadLog): ReadReport {
  const { format, detected, rejectedRows, rejectedExamples, leftOut, notes } = log;
  return {
    format,
    detected,
    rejected: { rows: rejectedRows, examples: rejectedExamples },
    leftOut: [...leftOut],
    notes: [...notes],
  };
}

/** `line 602 (1 field where the header has 2)` of each example. */
export function describeRejected(examples: readonly RejectedRow[], isOneFile: boolean): string {
  return examples
    .map(({ file, line, problem }) => `${isOneFile ? '' : `${file} `}line ${line} (${problem})`)
    .join(', ');
}

/** Notes the columns that one file of several lacks: its rows have no values of them. */
export function noteLacking(
  path: string,
  columns: readonly { readonly name: string }[],
  names: ReadonlySet<string>,
  log: ReadLog,
): void {
  const lacking = columns.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  if (lacking.length === 0) return;
  const file = path.split(/[/\\]/).at(-1)!;
  log.notes.push(`${file} lacks the columns ${lacking.join(', ')}; they are missing in its rows.`);
}
