import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NumericColumn, Table } from '../table.js';
import { type Database, quoted } from './database.js';

/** A table whose rows have times. */
export interface TimedTable extends Table {
  /** Milliseconds since the Unix epoch, ascending. */
  readonly times: Float64Array;
}

/** Where `scripts/fetch_tables.py` puts the tables of a year, seen from the repository. */
export const yearFolder = 'calibration/data';

/**
 * Real tables of a whole year, with 13 features each: departures from New York in 2013, the weather
 * at its airports hour by hour, and the hire of bicycles in Washington in 2011.
 *
 * Undefined where the folder lacks them.
 */
export async function loadYears(
  database: Database,
  repository: string,
): Promise<TimedTable[] | undefined> {
  const file = (name: string): string => join(repository, yearFolder, name);
  if (!['flights.csv', 'weather.csv', 'Bikeshare.csv'].every((name) => existsSync(file(name)))) {
    return undefined;
  }
  const source = (name: string): string => `read_csv(${quoted(file(name))}, nullstr = 'NA')`;
  const queries: readonly (readonly [name: string, query: string])[] = [
    [
      'departures',
      `SELECT epoch(make_timestamp(year, month, day, hour, minute, 0)) AS time,
         hour::DOUBLE AS hour, minute::DOUBLE AS minute,
         isodow(make_date(year, month, day))::DOUBLE AS weekday,
         dep_delay::DOUBLE AS departure_delay, arr_delay::DOUBLE AS arrival_delay,
         (dep_delay - arr_delay)::DOUBLE AS gained, air_time::DOUBLE AS air_time,
         distance::DOUBLE AS distance, (distance / air_time)::DOUBLE AS speed,
         flight::DOUBLE AS flight_number, carrier, origin, dest AS destination
       FROM ${source('flights.csv')} ORDER BY time`,
    ],
    [
      'weather',
      `SELECT epoch(make_timestamp(year, month, day, hour, 0, 0)) AS time,
         temp::DOUBLE AS temperature, dewp::DOUBLE AS dew_point, humid::DOUBLE AS humidity,
         wind_dir::DOUBLE AS wind_direction, wind_speed::DOUBLE AS wind_speed,
         wind_gust::DOUBLE AS gust, precip::DOUBLE AS precipitation, pressure::DOUBLE AS pressure,
         visib::DOUBLE AS visibility, hour::DOUBLE AS hour, (temp - dewp)::DOUBLE AS spread,
         (temp - lag(temp, 3) OVER (PARTITION BY origin ORDER BY month, day, hour))::DOUBLE AS warming,
         origin
       FROM ${source('weather.csv')} ORDER BY time`,
    ],
    [
      'bicycles',
      `SELECT (day - 1) * 86400 + hr::DOUBLE * 3600 + epoch(DATE '2011-01-01') AS time,
         hr::DOUBLE AS hour, holiday::VARCHAR AS holiday, weekday::DOUBLE AS weekday,
         workingday::VARCHAR AS working_day, weathersit AS weather, temp::DOUBLE AS temperature,
         atemp::DOUBLE AS felt_temperature, hum::DOUBLE AS humidity, windspeed::DOUBLE AS wind_speed,
         casual::DOUBLE AS casual, registered::DOUBLE AS registered, bikers::DOUBLE AS hires,
         (casual / bikers)::DOUBLE AS casual_share
       FROM ${source('Bikeshare.csv')} ORDER BY time`,
    ],
  ];
  const tables: TimedTable[] = [];
  for (const [name, query] of queries) tables.push(timed(await database.read(name, query)));
  return tables;
}

/** Takes the first column, seconds since the Unix epoch, as the times. */
export function timed({ name, rows, columns }: Table): TimedTable {
  const [time, ...features] = columns;
  const times = (time as NumericColumn).values.map((seconds) => seconds * 1000);
  return { name, rows, columns: features, times };
}
