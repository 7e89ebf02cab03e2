import { OnnxError } from './errors.js';

/** Metadata entry that names the columns of a model's matrix, as a JSON array of texts. */
const featureNamesKey = 'feature_names';

/** Longest entry that is read; far more than the names of the 200 features of a monitor. */
const largestValueBytes = 1 << 20;

/** Keys that an error lists, and characters that it shows of what it found. */
const keysShown = 10;
const charactersShown = 60;

/**
 * The names of a model's features in the order of its columns, from the metadata entry
 * `feature_names`: a JSON array of texts that differ. ONNX Runtime for Node.js does not hand the
 * metadata out, so they are read from the file.
 *
 * @param bytes The whole content of an .onnx file; read during the call only.
 * @throws OnnxError MODEL_FORMAT, METADATA_MISSING or METADATA_INVALID.
 *
 * Complexity: linear in the top-level fields of the file, whose contents are skipped.
 * Source: onnx.proto, ModelProto and StringStringEntryProto.
 *
 * @example
 * const bytes = await readFile('model.onnx');
 * const features = featureNamesOf(bytes).map((name) => ({ name, type: 'numeric' }));
 * const session = await InferenceSession.create(bytes);
 */
export function featureNamesOf(bytes: Uint8Array): string[] {
  const text = metadataValue(bytes, featureNamesKey);
  let names: unknown;
  try {
    names = JSON.parse(text);
  } catch (error) {
    throw invalidNames(text, error);
  }
  if (!Array.isArray(names) || names.length === 0 || !names.every(isName)) {
    throw invalidNames(text);
  }
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw invalidNames(text, undefined, `"${shorten(name)}" is there twice`);
    seen.add(name);
  }
  return names;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function invalidNames(text: string, cause?: unknown, reason?: string): OnnxError {
  return new OnnxError(
    'METADATA_INVALID',
    `The metadata entry "${featureNamesKey}" is ${text === '' ? 'empty' : shorten(text)}${reason === undefined ? '' : `, where ${reason}`}; it must be a JSON array of names that differ, one a column, such as ["age","income"]. Export the model with it.`,
    cause,
  );
}

/** Numbers of the fields that are read. */
const graphField = 7;
const metadataField = 14;
const keyField = 1;
const valueField = 2;

function metadataValue(bytes: Uint8Array, wanted: string): string {
  const keys: string[] = [];
  let value: string | undefined;
  let hasGraph = false;
  for (const field of fieldsOf(bytes)) {
    if (field.content === undefined) continue;
    if (field.number === graphField) hasGraph = true;
    if (field.number !== metadataField) continue;
    const entry: { key?: Uint8Array; value?: Uint8Array } = {};
    for (const { number, content } of fieldsOf(field.content)) {
      if (number === keyField && content !== undefined) entry.key = content;
      if (number === valueField && content !== undefined) entry.value = content;
    }
    const key = decode(entry.key?.subarray(0, charactersShown));
    if (keys.length < keysShown) keys.push(key);
    // As with a protobuf map, the last entry of a key counts.
    if (key === wanted) value = decode(entry.value);
  }
  if (!hasGraph) throw formatError('it has no graph');
  if (value !== undefined) return value;
  throw new OnnxError(
    'METADATA_MISSING',
    `The model has no metadata entry "${wanted}"; it has ${keys.length === 0 ? 'none' : keys.join(', ')}. Add it when the model is exported (onnx.helper.set_model_props), or name the features in code.`,
  );
}

function decode(content: Uint8Array | undefined): string {
  if (content === undefined) return '';
  if (content.length > largestValueBytes) {
    throw new OnnxError(
      'METADATA_INVALID',
      `A metadata entry has ${content.length} bytes; at most ${largestValueBytes} are read. Export the model with a shorter one.`,
    );
  }
  return new TextDecoder().decode(content);
}

/** A field of a protobuf message; `content` where its length is written before it. */
interface Field {
  readonly number: number;
  readonly content: Uint8Array | undefined;
}

/** Bytes of a value by wire type: 0 a varint, 1 eight bytes, 2 a length and its bytes, 5 four. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number === 0) throw formatError(`no field starts before byte ${at}`);
    if (wireType === 2) {
      const length = varint();
      yield { number, content: take(length) };
      continue;
    }
    if (wireType === 0) varint();
    else if (wireType === 1) take(8);
    else if (wireType === 5) take(4);
    else throw formatError(`unknown wire type ${wireType} before byte ${at}`);
    yield { number, content: undefined };
  }

  function take(length: number): Uint8Array {
    if (length > bytes.length - at) throw formatError(`it ends within a field at byte ${at}`);
    return bytes.subarray(at, (at += length));
  }

  /** Above 2^53 only its magnitude is right, which is enough for a length that cannot be. */
  function varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 63; scale *= 128) {
      const byte = bytes[at];
      if (byte === undefined) throw formatError(`it ends within a number at byte ${at}`);
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw formatError(`a number before byte ${at} does not end`);
  }
}

function formatError(reason: string): OnnxError {
  return new OnnxError(
    'MODEL_FORMAT',
    `The bytes are not an ONNX model: ${reason}. Pass the whole content of an .onnx file.`,
  );
}

function shorten(text: string): string {
  return text.length <= charactersShown ? text : `${text.slice(0, charactersShown)}…`;
}
