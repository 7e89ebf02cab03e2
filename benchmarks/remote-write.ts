/** Requests of the remote write protocol 1.0 of Prometheus: protobuf, framed for Snappy. */

/** Encodes series with their samples; times are in milliseconds. */
export function encodeWriteRequest(
  series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly timesMs: readonly number[];
    readonly values: readonly number[];
  }[],
): Buffer {
  const encoded = series.map(({ labels, timesMs, values }) => {
    const sorted = Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1));
    const names = sorted.map(([name, value]) =>
      field(1, Buffer.concat([text(1, name), text(2, value)])),
    );
    const samples = timesMs.map((timeMs, index) => field(2, sample(values[index]!, timeMs)));
    return field(1, Buffer.concat([...names, ...samples]));
  });
  return snappy(Buffer.concat(encoded));
}

/** Field 1 is the value as a double, field 2 the time as a varint. */
function sample(value: number, timeMs: number): Buffer {
  const double = Buffer.alloc(9);
  double[0] = (1 << 3) | 1;
  double.writeDoubleLE(value, 1);
  return Buffer.concat([double, Buffer.from([2 << 3]), varint(timeMs)]);
}

function text(number: number, value: string): Buffer {
  return field(number, Buffer.from(value));
}

/** A field whose content has a length. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

/** A block of Snappy that consists of literals, which is valid and not smaller than its content. */
function snappy(content: Buffer): Buffer {
  const parts: Buffer[] = [varint(content.length)];
  const longest = 65_536;
  for (let start = 0; start < content.length; start += longest) {
    const literal = content.subarray(start, start + longest);
    const length = literal.length - 1;
    // The tag 61 stands for a length in the next two bytes.
    parts.push(Buffer.from([61 << 2, length & 255, length >> 8]), literal);
  }
  return Buffer.concat(parts);
}
