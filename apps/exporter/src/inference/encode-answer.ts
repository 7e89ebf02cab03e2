import { describeOutput, type OutputTensor, tensorBytes, tensorJson } from './tensor.js';

/** The header that says how many bytes of a body are JSON; binary data follow. */
export const headerLength = 'inference-header-content-length';

/** The body of an answer of the Open Inference Protocol V2, and its headers. */
export interface EncodedAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Encodes an answer as JSON, followed by the values of the outputs that are wanted as bytes. The text
 * of the values is written here, since JSON.stringify refuses integers of 64 bits. O(values).
 */
export function encodeAnswer(
  head: object,
  outputs: readonly {
    readonly name: string;
    readonly isBinary: boolean;
    readonly tensor: OutputTensor;
  }[],
): EncodedAnswer {
  const binary: Buffer[] = [];
  const texts = outputs.map(({ name, isBinary, tensor }) => {
    if (!isBinary) return tensorJson(name, tensor);
    const bytes = tensorBytes(tensor);
    binary.push(bytes);
    const parameters = { binary_data_size: bytes.length };
    return JSON.stringify({ ...describeOutput(name, tensor), parameters });
  });
  const json = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"outputs":[${texts.join(',')}]}`);
  if (binary.length === 0) {
    return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: json };
  }
  return {
    headers: { 'content-type': 'application/octet-stream', [headerLength]: String(json.length) },
    body: Buffer.concat([json, ...binary]),
  };
}
