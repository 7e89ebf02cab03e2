import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Table } from '../table.js';
import { type Database, quoted } from './database.js';
import { vegaFile } from './vega-file.js';

/** 10 000 bird strikes of US aircraft, 1990 to 2002: 14 columns, most of them categories. */
export function loadBirdstrikes(database: Database): Promise<Table> {
  return database.read(
    'birdstrikes',
    `SELECT
       * EXCLUDE ("Flight Date", "Cost Other", "Cost Repair", "Cost Total $", "Speed IAS in knots"),
       epoch("Flight Date") / 86400 AS flight_day,
       "Cost Other"::DOUBLE AS cost_other,
       "Cost Repair"::DOUBLE AS cost_repair,
       "Cost Total $"::DOUBLE AS cost_total,
       "Speed IAS in knots"::DOUBLE AS speed
     FROM read_csv(${quoted(vegaFile('birdstrikes.csv'))})`,
  );
}

/** 3201 films: 16 columns, of which half lack many values. */
export function loadMovies(database: Database): Promise<Table> {
  return database.read(
    'movies',
    `SELECT columns(c -> c NOT IN (
         'US Gross', 'Worldwide Gross', 'US DVD Sales', 'Production Budget', 'Running Time min',
         'Rotten Tomatoes Rating', 'IMDB Rating', 'IMDB Votes'))::VARCHAR,
       "US Gross"::DOUBLE AS us_gross,
       "Worldwide Gross"::DOUBLE AS worldwide_gross,
       "US DVD Sales"::DOUBLE AS dvd_sales,
       "Production Budget"::DOUBLE AS budget,
       "Running Time min"::DOUBLE AS minutes,
       "Rotten Tomatoes Rating"::DOUBLE AS critics_rating,
       "IMDB Rating"::DOUBLE AS viewers_rating,
       "IMDB Votes"::DOUBLE AS votes
     FROM read_json(${quoted(vegaFile('movies.json'))})`,
  );
}

/** Where the California housing tables are expected, seen from the repository. */
export const californiaFolder = '../shared/data/california';

/**
 * 14 064 districts of California with the scores of a classifier; no column is a target.
 *
 * Undefined where the folder does not exist: the tables are not part of any package.
 */
export async function loadCalifornia(
  database: Database,
  repository: string,
): Promise<Table | undefined> {
  const folder = join(repository, californiaFolder);
  if (!existsSync(folder)) return undefined;
  const columns = `MedInc, HouseAge, AveRooms, AveBedrms, Population, AveOccup, Latitude, Longitude,
    hour("timestamp")::DOUBLE AS hour, y_pred_proba, y_pred::VARCHAR AS y_pred`;
  const part = (name: string): string =>
    `SELECT ${columns} FROM read_csv(${quoted(join(folder, `california_housing_${name}.csv`))})`;
  return database.read('california', `${part('reference')} UNION ALL ${part('analysis')}`);
}
