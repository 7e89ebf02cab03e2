/** The bytes that JSON is built of. */
const byte = {
  openingBracket: 0x5b,
  closingBracket: 0x5d,
  openingBrace: 0x7b,
  closingBrace: 0x7d,
  comma: 0x2c,
  quote: 0x22,
  backslash: 0x5c,
} as const;

/** Whether the first character of a text that is not a blank opens an array, and the text again. */
export async function opensArray(
  chunks: AsyncIterable<Buffer>,
): Promise<{ readonly isArray: boolean; readonly chunks: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  let isArray = false;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    held.push(next.value);
    const first = next.value.find((code) => !isBlank(code));
    if (first === undefined) continue;
    isArray = first === byte.openingBracket;
    break;
  }
  return {
    isArray,
    chunks: (async function* () {
      yield* held;
      yield* { [Symbol.asyncIterator]: () => iterator };
    })(),
  };
}

/**
 * The elements of one JSON array, as their bytes, one at a time: memory holds one element and one
 * chunk. The elements themselves are not checked.
 *
 * @param chunks UTF-8, whose first character that is not a blank is the opening bracket.
 * @throws Error when the array is not closed, or is followed by something else.
 */
export async function* elementsOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  let isClosed = false;
  let count = 0;
  let pieces: Buffer[] = [];

  for await (const chunk of chunks) {
    let from = 0;
    /** The element up to a position of the chunk. */
    const element = (end: number): Buffer => {
      const whole = Buffer.concat([...pieces, chunk.subarray(from, end)]);
      pieces = [];
      from = end + 1;
      count += 1;
      return whole;
    };
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk[at]!;
      if (isString) {
        if (isEscaped) isEscaped = false;
        else if (code === byte.backslash) isEscaped = true;
        else if (code === byte.quote) isString = false;
      } else if (code === byte.quote) {
        isString = true;
      } else if (isClosed) {
        if (!isBlank(code)) throw new Error('it is not valid JSON: text follows after the array');
      } else if (code === byte.openingBracket || code === byte.openingBrace) {
        depth += 1;
        if (depth === 1) from = at + 1;
      } else if (code === byte.closingBracket || code === byte.closingBrace) {
        depth -= 1;
        if (depth > 0) continue;
        isClosed = true;
        const last = element(at);
        // Only an array without elements may have nothing before its end.
        if (count > 1 || !last.every(isBlank)) yield last;
      } else if (code === byte.comma && depth === 1) {
        yield element(at);
      }
    }
    if (!isClosed && from < chunk.length) pieces.push(chunk.subarray(from));
  }
  if (!isClosed) throw new Error('it is not valid JSON: its array is not closed');
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
