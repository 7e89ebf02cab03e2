import { deserialize, serialize } from 'node:v8';
import type { MonitorInput } from '@modelmeter/core';

const lengthBytes = 4;

/** Inputs that are written together. */
export interface InputGroup {
  readonly bytes: number;
  add(input: MonitorInput): void;
  /** All of them, each after its length. */
  join(): Buffer;
}

export function createInputGroup(): InputGroup {
  const pieces: Buffer[] = [];
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    add(input) {
      const value = serialize(input);
      const length = Buffer.allocUnsafe(lengthBytes);
      length.writeUInt32LE(value.length);
      pieces.push(length, value);
      bytes += lengthBytes + value.length;
    },
    join: () => Buffer.concat(pieces, bytes),
  };
}

/** The inputs of groups in their order. */
export function* inputsOf(groups: readonly Buffer[]): Generator<MonitorInput> {
  for (const group of groups) {
    let at = 0;
    while (at < group.length) {
      const from = at + lengthBytes;
      at = from + group.readUInt32LE(at);
      yield deserialize(group.subarray(from, at)) as MonitorInput;
    }
  }
}
