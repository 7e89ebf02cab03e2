import {
  formatError,
  isRecord,
  readCount,
  readNumber,
  refuseUnknownFields,
} from '../../checks/json-fields.js';
import { bucketOf } from './log-linear-buckets.js';
import { type BucketJson, sketchFormat, sketchVersion } from './sketch-json.js';
import { createValueSketch, type ValueSketch } from './value-sketch.js';

const fields =
  'format version minimum maximum missing clamped zero infinite extremes positive negative'.split(
    ' ',
  );

/**
 * Reads a parsed JSON value back as a sketch: every field is there, has its type and range, and the
 * buckets ascend within the range.
 *
 * @param path Path of the value in its file: errors name it and the field.
 * @throws KernelError PROFILE_FORMAT with the path, the value and the allowed form.
 */
export function valueSketchFromJson(value: unknown, path: string): ValueSketch {
  if (!isRecord(value)) throw formatError(path, value, 'a sketch is an object');
  if (value.format !== sketchFormat) {
    throw formatError(`${path}.format`, value.format, `a sketch has the format '${sketchFormat}'`);
  }
  if (value.version !== sketchVersion) {
    throw formatError(
      `${path}.version`,
      value.version,
      `this version of the package reads ${sketchVersion}; use the one that wrote the file`,
    );
  }
  refuseUnknownFields(value, path, fields);
  const minimum = readNumber(value.minimum, `${path}.minimum`);
  const maximum = readNumber(value.maximum, `${path}.maximum`);
  if (!(minimum >= 1e-300 && maximum >= 2 * minimum && maximum <= 1e300)) {
    throw formatError(
      `${path}.maximum`,
      maximum,
      `a range is from 1e-300 to 1e300, its ends apart by a factor of 2; minimum is ${minimum}`,
    );
  }
  const length = bucketOf(maximum) - bucketOf(minimum) + 1;
  const json = {
    format: sketchFormat,
    version: sketchVersion,
    minimum,
    maximum,
    missing: readCount(value.missing, `${path}.missing`),
    clamped: readCount(value.clamped, `${path}.clamped`),
    zero: readCount(value.zero, `${path}.zero`),
    infinite: readPair(value.infinite, `${path}.infinite`, readCount),
    extremes:
      value.extremes === null ? null : readPair(value.extremes, `${path}.extremes`, readNumber),
    positive: readBuckets(value.positive, `${path}.positive`, length),
    negative: readBuckets(value.negative, `${path}.negative`, length),
  } as const;
  const finite = json.zero > 0 || json.positive.length > 0 || json.negative.length > 0;
  if (finite !== (json.extremes !== null)) {
    throw formatError(
      `${path}.extremes`,
      value.extremes,
      finite ? 'a sketch with values has its smallest and largest' : 'without values it is null',
    );
  }
  if (json.extremes !== null && json.extremes[0] > json.extremes[1]) {
    throw formatError(
      `${path}.extremes[1]`,
      json.extremes[1],
      'the largest is not the smaller one',
    );
  }
  const sketch = createValueSketch({ minimum, maximum });
  sketch.merge({ ...sketch, toJson: () => json });
  return sketch;
}

function readPair(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => number,
): [number, number] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw formatError(path, value, 'it is a pair of numbers');
  }
  return [read(value[0], `${path}[0]`), read(value[1], `${path}[1]`)];
}

function readBuckets(value: unknown, path: string, length: number): BucketJson[] {
  if (!Array.isArray(value)) throw formatError(path, value, 'it is an array of pairs');
  let previous = -1;
  return value.map((entry: unknown, index) => {
    const [bucket, count] = readPair(entry, `${path}[${index}]`, readCount);
    if (bucket <= previous || bucket >= length) {
      throw formatError(
        `${path}[${index}][0]`,
        bucket,
        `buckets ascend from 0 to ${length - 1}; the one before is ${previous}`,
      );
    }
    previous = bucket;
    return [bucket, count];
  });
}
