import type { Table } from '../table.js';
import { type Database, quoted } from './database.js';
import { type TimedTable, timed } from './timed-tables.js';
import { vegaFile } from './vega-file.js';

/** Three million flights in the United States, January to June 2001, with derived features. */
export interface Flights {
  /** Every 15th flight, 200 000 of the half-year: twelve columns. */
  sample(): Promise<Table>;
  /** All flights that departed on days from `from` up to, and without, `to`. */
  between(from: string, to: string): Promise<Table>;
  /** The flights of some ranges of days in the order of time, or every n-th of them. */
  timed(
    ranges: readonly (readonly [from: string, to: string])[],
    every?: number,
  ): Promise<TimedTable>;
}

/**
 * Derives the features of the flights from the five columns of the file: what the calendar says,
 * and what went on in the two hours before at both ends of the route.
 *
 * @param until First day that is left out; a few weeks are read much faster than all months.
 */
export async function loadFlights(
  database: Database,
  until: string = '2001-07-02',
): Promise<Flights> {
  await database.run(`
    CREATE TABLE flights AS
    SELECT
      file_row_number AS number,
      date,
      hour(date)::DOUBLE AS hour,
      isodow(date)::DOUBLE AS weekday,
      day(date)::DOUBLE AS day_of_month,
      delay::DOUBLE AS delay,
      distance::DOUBLE AS distance,
      origin,
      destination,
      origin || '-' || destination AS route,
      avg(delay) OVER from_origin AS origin_delay,
      count(*) OVER from_origin::DOUBLE AS origin_departures,
      avg(delay) OVER to_destination AS destination_delay,
      count(*) OVER to_destination::DOUBLE AS destination_departures
    FROM read_parquet(${quoted(vegaFile('flights-3m.parquet'))}, file_row_number = true)
    WHERE date < ${quoted(until)}::TIMESTAMP
    WINDOW
      from_origin AS (
        PARTITION BY origin ORDER BY date
        RANGE BETWEEN INTERVAL 2 HOURS PRECEDING AND INTERVAL 1 MINUTE PRECEDING
      ),
      to_destination AS (
        PARTITION BY destination ORDER BY date
        RANGE BETWEEN INTERVAL 2 HOURS PRECEDING AND INTERVAL 1 MINUTE PRECEDING
      )
    ORDER BY date, number`);
  const columns = '* EXCLUDE (number, date)';
  return {
    sample: () =>
      database.read(
        'flights',
        `SELECT ${columns} FROM flights WHERE number % 15 = 0 ORDER BY number`,
      ),
    between: (from, to) =>
      database.read(
        'flights',
        `SELECT ${columns} FROM flights
         WHERE date >= ${quoted(from)}::TIMESTAMP AND date < ${quoted(to)}::TIMESTAMP`,
      ),
    timed: async (ranges, every = 1) =>
      timed(
        await database.read(
          'flights',
          `SELECT epoch(date) AS time, ${columns} FROM flights
           WHERE number % ${every} = 0 AND (${ranges
             .map(
               ([from, to]) =>
                 `date >= ${quoted(from)}::TIMESTAMP AND date < ${quoted(to)}::TIMESTAMP`,
             )
             .join(' OR ')})
           ORDER BY date, number`,
        ),
      ),
  };
}
