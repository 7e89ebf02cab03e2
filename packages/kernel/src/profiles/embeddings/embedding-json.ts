import {
  formatError,
  isRecord,
  readCount,
  readNumber,
  refuseUnknownFields,
} from '../../checks/json-fields.js';
import { pairSlots } from './column-pairs.js';
import {
  type EmbeddingBasis,
  type EmbeddingProfile,
  maximumDimension,
} from './embedding-profile.js';
import { frequencies } from './fourier-features.js';

/** Version of the form below; it grows with a change that an older reader would misunderstand. */
export const embeddingVersion = 1;

/** An embedding profile as JSON: its fields and those of its basis with plain arrays of numbers. */
export interface EmbeddingProfileJson {
  type: 'embedding';
  version: typeof embeddingVersion;
  count: number;
  missing: number;
  meanNorm: number;
  meanCosine: number;
  sums: number[];
  pairs?: number[];
  basis: {
    dimension: number;
    seed: number;
    width: number;
    traceOfSquare: number;
    mean: number[];
    directions: number[];
    variances: number[];
    columns?: {
      names: string[];
      centre: number[];
      scale: number[];
      pairs?: { variances: number[]; largest: number[] };
    };
  };
}

/** The JSON form of an embedding profile. */
export function embeddingToJson(profile: EmbeddingProfile): EmbeddingProfileJson {
  const { count, missing, meanNorm, meanCosine, sums, basis } = profile;
  const { dimension, seed, width, traceOfSquare, mean, directions, variances, columns } = basis;
  return {
    type: 'embedding',
    version: embeddingVersion,
    count,
    missing,
    meanNorm,
    meanCosine,
    sums: Array.from(sums),
    ...(profile.pairs === undefined ? {} : { pairs: Array.from(profile.pairs) }),
    basis: {
      dimension,
      seed,
      width,
      traceOfSquare,
      mean: Array.from(mean),
      directions: Array.from(directions),
      variances: Array.from(variances),
      ...(columns === undefined
        ? {}
        : {
            columns: {
              names: [...columns.names],
              centre: Array.from(columns.centre),
              scale: Array.from(columns.scale),
              ...(columns.pairs === undefined
                ? {}
                : {
                    pairs: {
                      variances: Array.from(columns.pairs.variances),
                      largest: Array.from(columns.pairs.largest),
                    },
                  }),
            },
          }),
    },
  };
}

const fields = 'type version count missing meanNorm meanCosine sums pairs basis'.split(' ');
const basisFields = 'dimension seed width traceOfSquare mean directions variances columns'.split(
  ' ',
);

/** Reads the JSON form back; for an error see `profileFromJson`. */
export function embeddingFromJson(
  value: Readonly<Record<string, unknown>>,
  path: string,
): EmbeddingProfile {
  if (value.version !== embeddingVersion) {
    throw formatError(
      `${path}.version`,
      value.version,
      `this kernel reads version ${embeddingVersion}; build the profile again`,
    );
  }
  refuseUnknownFields(value, path, fields);
  const basis = readBasis(value.basis, `${path}.basis`);
  const hasPairs = basis.columns?.pairs !== undefined;
  return {
    type: 'embedding',
    basis,
    count: readCount(value.count, `${path}.count`),
    missing: readCount(value.missing, `${path}.missing`),
    meanNorm: readNumber(value.meanNorm, `${path}.meanNorm`),
    meanCosine: readNumber(value.meanCosine, `${path}.meanCosine`),
    sums: readNumbers(value.sums, `${path}.sums`, 2 * frequencies),
    ...(hasPairs
      ? { pairs: readNumbers(value.pairs, `${path}.pairs`, pairSlots(basis.dimension)) }
      : {}),
  };
}

function readBasis(value: unknown, path: string): EmbeddingBasis {
  if (!isRecord(value)) throw formatError(path, value, 'a basis is an object');
  refuseUnknownFields(value, path, basisFields);
  const dimension = readCount(value.dimension, `${path}.dimension`);
  if (dimension < 1 || dimension > maximumDimension) {
    throw formatError(`${path}.dimension`, dimension, `it is 1 to ${maximumDimension}`);
  }
  const seed = readCount(value.seed, `${path}.seed`);
  if (seed > 0xffffffff) throw formatError(`${path}.seed`, seed, 'it is at most 4294967295');
  const width = readNumber(value.width, `${path}.width`);
  if (width <= 0) throw formatError(`${path}.width`, width, 'a width is above 0');
  const traceOfSquare = readNumber(value.traceOfSquare, `${path}.traceOfSquare`);
  const variances = readNumbers(value.variances, `${path}.variances`);
  return {
    dimension,
    seed,
    width,
    traceOfSquare,
    mean: readNumbers(value.mean, `${path}.mean`, dimension),
    directions: readNumbers(
      value.directions,
      `${path}.directions`,
      2 * frequencies * variances.length,
    ),
    variances,
    ...(value.columns === undefined
      ? {}
      : { columns: readColumns(value.columns, `${path}.columns`, dimension) }),
  };
}

function readColumns(
  value: unknown,
  path: string,
  dimension: number,
): NonNullable<EmbeddingBasis['columns']> {
  if (!isRecord(value)) throw formatError(path, value, 'it is an object');
  refuseUnknownFields(value, path, ['names', 'centre', 'scale', 'pairs']);
  const { names } = value;
  if (!Array.isArray(names) || names.length !== dimension) {
    throw formatError(`${path}.names`, names, `${dimension} names belong there`);
  }
  return {
    names: names.map((name: unknown, index) => {
      if (typeof name === 'string') return name;
      throw formatError(`${path}.names[${index}]`, name, 'a name is a string');
    }),
    centre: readNumbers(value.centre, `${path}.centre`, dimension),
    scale: readNumbers(value.scale, `${path}.scale`, dimension),
    ...(value.pairs === undefined
      ? {}
      : { pairs: readPairs(value.pairs, `${path}.pairs`, dimension) }),
  };
}

function readPairs(
  value: unknown,
  path: string,
  dimension: number,
): NonNullable<NonNullable<EmbeddingBasis['columns']>['pairs']> {
  if (!isRecord(value)) throw formatError(path, value, 'it is an object');
  refuseUnknownFields(value, path, ['variances', 'largest']);
  const size = (dimension * (dimension - 1)) / 2;
  return {
    variances: readNumbers(value.variances, `${path}.variances`, size),
    largest: readNumbers(value.largest, `${path}.largest`, size),
  };
}

function readNumbers(value: unknown, path: string, length?: number): Float64Array {
  if (!Array.isArray(value)) throw formatError(path, value, 'it is an array of numbers');
  if (length !== undefined && value.length !== length) {
    throw formatError(`${path}.length`, value.length, `${length} numbers belong there`);
  }
  return Float64Array.from(value, (item: unknown, index) => readNumber(item, `${path}[${index}]`));
}
