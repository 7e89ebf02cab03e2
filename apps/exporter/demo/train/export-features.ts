import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { readFlights } from '../flights.js';
import { createJourneyReader, type Journey, WARM_UP_MS } from '../journey.js';

const USAGE = `Writes the features of the flights that depart in [from, to) as CSV for train.py.

  node export-features.js --out flights.csv [--from 2001-01-01] [--to 2001-04-09]
`;

const HEADER =
  'date,hour,weekday,distance,origin,destination,origin_delay,destination_delay,late\n';

/** Rows written at a time. */
const ROWS_PER_WRITE = 20_000;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    from: { type: 'string', default: '2001-01-01' },
    to: { type: 'string', default: '2001-04-09' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.out === undefined) {
  process.stdout.write(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  const rows = await exportFeatures(values.out, day(values.from), day(values.to));
  process.stdout.write(`${values.out}: ${rows} flights\n`);
}

async function exportFeatures(path: string, fromMs: number, toMs: number): Promise<number> {
  const flights = await readFlights({ fromMs: fromMs - WARM_UP_MS, toMs });
  const journey = createJourneyReader(flights);
  const stream = createWriteStream(path);
  let text = HEADER;
  let rows = 0;
  for (let row = 0; row < flights.rows; row++) {
    const next = journey(row);
    if (next.departureMs < fromMs) continue;
    text += csvLine(next);
    rows++;
    if (rows % ROWS_PER_WRITE !== 0) continue;
    if (!stream.write(text)) await once(stream, 'drain');
    text = '';
  }
  stream.end(text);
  await once(stream, 'finish');
  return rows;
}

/** Recent delays as the model gets them, in single precision; an empty field for a missing value. */
function csvLine({ departureMs, features, late }: Journey): string {
  const fields = [
    new Date(departureMs).toISOString().slice(0, 10),
    features.hour,
    features.weekday,
    features.distance,
    features.origin,
    features.destination,
    single(features.origin_delay),
    single(features.destination_delay),
    late ? 1 : 0,
  ];
  return `${fields.join(',')}\n`;
}

function single(value: number): string {
  return Number.isNaN(value) ? '' : String(Math.fround(value));
}

function day(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`${text} is not a day; write it like 2001-01-31`);
  return time;
}
