import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { featureNamesOf, OnnxError, type OnnxErrorCode } from '../src/index.js';

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`./fixtures/${name}.onnx`, import.meta.url)));
const named = fixture('named');
const unnamed = fixture('matrix');

/** A field of a protobuf message whose content has its length before it. */
function field(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

/** matrix.onnx with one more metadata entry. */
function withMetadata(key: string, value: string): Uint8Array {
  const entry = Buffer.concat([field(1, key), field(2, value)]);
  return Buffer.concat([unnamed, field(14, entry)]);
}

function refusal(bytes: Uint8Array): { code: OnnxErrorCode; message: string } {
  try {
    featureNamesOf(bytes);
  } catch (error) {
    if (OnnxError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('feature names in the metadata of a model', () => {
  it('are those that the onnx package of Python wrote, whatever their letters', () => {
    expect(featureNamesOf(named)).toEqual(['distance', 'Verspätung, min', '遅延 "x"']);
  });

  it('are read from a file that ONNX Runtime loads too', async () => {
    const bytes = withMetadata('feature_names', '["a","b"]');
    expect(featureNamesOf(bytes)).toEqual(['a', 'b']);
    expect((await InferenceSession.create(bytes)).inputNames).toEqual(['features']);
  });

  it('are found behind numbers of every width and behind other entries', () => {
    const bytes = Buffer.concat([
      Buffer.from([0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), // ir_version -1
      Buffer.concat([varint(100 * 8 + 1), Buffer.alloc(8)]),
      Buffer.concat([varint(100 * 8 + 5), Buffer.alloc(4)]),
      field(14, Buffer.concat([field(1, 'author'), field(2, '["not","these"]')])),
      withMetadata('feature_names', '["a"]'),
    ]);
    expect(featureNamesOf(bytes)).toEqual(['a']);
  });

  it('are those of the last entry where a key is there twice', () => {
    const twice = Buffer.concat([
      withMetadata('feature_names', '["old"]'),
      field(14, Buffer.concat([field(1, 'feature_names'), field(2, '["new"]')])),
    ]);
    expect(featureNamesOf(twice)).toEqual(['new']);
  });

  it('are asked for by name when there are none, with the entries that there are', () => {
    expect(refusal(unnamed)).toMatchObject({
      code: 'METADATA_MISSING',
      message: expect.stringContaining('it has none'),
    });
    expect(refusal(withMetadata('author', 'x'))).toMatchObject({
      code: 'METADATA_MISSING',
      message: expect.stringContaining('it has author'),
    });
  });

  it.each([
    ['no JSON', 'distance,delay', 'is distance,delay'],
    ['no array', '{"a":1}', 'is {"a":1}'],
    ['an empty array', '[]', 'is []'],
    ['something else than texts', '["a",2]', 'is ["a",2]'],
    ['an empty name', '["a",""]', 'is ["a",""]'],
    ['a name twice', '["a","b","a"]', '"a" is there twice'],
    ['empty', '', 'is empty;'],
  ])('are refused where the entry is %s', (_, value, shown) => {
    const { code, message } = refusal(withMetadata('feature_names', value));
    expect(code).toBe('METADATA_INVALID');
    expect(message).toContain(shown);
  });

  it('are refused where the entry is longer than names can be, without reading it', () => {
    const { code, message } = refusal(withMetadata('feature_names', ' '.repeat(2 ** 20 + 1)));
    expect(code).toBe('METADATA_INVALID');
    expect(message).toContain('1048577 bytes');
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'it has no graph'],
    ['a JSON document', Buffer.from('{"format":"modelmeter-reference"}'), 'unknown wire type'],
    ['a zip archive', Buffer.from('PK\u0003\u0004'), 'no field starts'],
    ['a field cut off', field(7, 'graph').subarray(0, 4), 'it ends within a field'],
    ['zeros', new Uint8Array(64), 'no field starts'],
    ['a number that does not end', new Uint8Array(64).fill(0xff), 'does not end'],
    ['metadata without a graph', field(14, field(1, 'feature_names')), 'it has no graph'],
  ])('are refused in bytes that are not a model: %s', (_, bytes, shown) => {
    expect(refusal(bytes).code).toBe('MODEL_FORMAT');
    expect(refusal(bytes).message).toContain(shown);
  });

  it('are never guessed from a part of the file: every cut is refused', () => {
    for (let length = 0; length < named.length; length += 1) {
      // At the borders of fields a cut file is whole, only without what was cut off.
      expect(['MODEL_FORMAT', 'METADATA_MISSING']).toContain(
        refusal(named.subarray(0, length)).code,
      );
    }
  });

  it('are found or refused in our words, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(named.length), (noise, at) => {
        const bytes = Buffer.concat([named.subarray(0, at), noise, named.subarray(at)]);
        try {
          expect(featureNamesOf(bytes).length).toBeGreaterThan(0);
        } catch (error) {
          if (!OnnxError.isInstance(error)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
