import { evaluateDrift } from '@modelmeter/core/drift';
import type { Random } from '@modelmeter/kernel';
import { type Bound, describeBound } from '../bounds.js';
import { sampleOf } from '../profiling.js';
import { percent, type Row } from '../row.js';
import type { RulesFactory } from '../rules.js';
import { drawWithReplacement, normal, normals, randomFor } from '../sampling.js';
import type { NumericColumn, Table } from '../table.js';

const rows = 2000;
const rowsPerUser = 20;
/** Correlation of a row with the one before it. */
const correlation = 0.9;
const level = 0.05;

/** A way in which rows depend on each other, and how many of them count as one. */
interface Dependence {
  readonly title: string;
  readonly rowsPerBlock: number;
  sample(random: Random): Float64Array;
}

/** Rows of one user that are equal: the values of a real column, each repeated. */
function equalRows(table: Table, column: NumericColumn): Dependence {
  const known = column.values.filter((value) => !Number.isNaN(value));
  return {
    title: `${table.name}.${column.name}, ${rowsPerUser} equal rows a user`,
    rowsPerBlock: rowsPerUser,
    sample(random) {
      const users = drawWithReplacement(random, known.length, rows / rowsPerUser);
      return Float64Array.from({ length: rows }, (_, row) => {
        return known[users[Math.floor(row / rowsPerUser)]!]!;
      });
    },
  };
}

/** Rows of one user that are alike: his mean, and a third of its spread around it. */
const similarRows: Dependence = {
  title: `normal, ${rowsPerUser} rows a user, correlated .9`,
  rowsPerBlock: rowsPerUser,
  sample(random) {
    const means = normals(random, rows / rowsPerUser);
    return Float64Array.from(
      { length: rows },
      (_, row) => means[Math.floor(row / rowsPerUser)]! + normal(random) / 3,
    );
  },
};

/** Each row remembers the one before it; the mean of many is as uncertain as that of 1 in 19. */
const autoregression: Dependence = {
  title: `normal, AR(1) with φ = ${correlation}`,
  rowsPerBlock: (1 + correlation) / (1 - correlation),
  sample(random) {
    let value = normal(random);
    return Float64Array.from({ length: rows }, () => {
      const before = value;
      value = correlation * value + Math.sqrt(1 - correlation ** 2) * normal(random);
      return before;
    });
  },
};

/** False alarms of the KS test when rows depend on each other, taken as they are and by blocks. */
export function dependentRowsRows(
  table: Table,
  column: NumericColumn,
  runs: number,
  seed: number,
  rulesFactory: RulesFactory,
  bound: Bound,
): Row[] {
  return [equalRows(table, column), similarRows, autoregression].flatMap((dependence) => {
    const [asRows, asBlocks] = countRejections(dependence, runs, seed, rulesFactory);
    return [
      {
        check: `${dependence.title}: KS rejects, rows_per_block 1`,
        measured: percent(asRows! / runs),
        goal: '',
      },
      {
        check: `${dependence.title}: KS rejects, rows_per_block ${Math.round(dependence.rowsPerBlock)}`,
        measured: `${percent(asBlocks! / runs)} (${asBlocks})`,
        goal: describeBound(bound, level, runs),
        met: asBlocks! <= bound.most(level, runs),
      },
    ];
  });
}

function countRejections(
  dependence: Dependence,
  runs: number,
  seed: number,
  rulesFactory: RulesFactory,
): number[] {
  const random = randomFor(seed, dependence.title);
  const rules = [1, dependence.rowsPerBlock].map((rowsPerBlock) =>
    rulesFactory([{ name: 'value', type: 'numeric' }], {
      test: 'ks',
      rowsPerBlock: rowsPerBlock,
      significanceLevel: level,
    }),
  );
  const rejected = rules.map(() => 0);
  for (let run = 0; run < runs; run += 1) {
    const columnOf = (values: Float64Array): NumericColumn => {
      return { name: 'value', type: 'numeric', values };
    };
    const sample = sampleOf(
      columnOf(dependence.sample(random)),
      columnOf(dependence.sample(random)),
    );
    for (const [index, rule] of rules.entries()) {
      if (evaluateDrift([sample], rule)[0]!.pValue < level) rejected[index]! += 1;
    }
  }
  return rejected;
}
