import { deserialize } from 'node:v8';
import type { ClassicLevel } from 'classic-level';
import { messageOf } from '../errors.js';
import { unseal } from './sealed.js';

/** The store: keys are text, values are bytes. */
export type Level = ClassicLevel<string, Buffer>;

/** A value that is written. */
export interface Write {
  readonly type: 'put';
  readonly key: string;
  readonly value: Buffer;
}

/** Which parts make up the snapshot of a model, and the last input that it includes. */
export interface Head {
  readonly generation: number;
  readonly parts: number;
  readonly sequence: number;
}

/** What the store holds of a model. */
export interface KeptModel {
  readonly generation: number;
  /** Of the last input. */
  readonly sequence: number;
  readonly snapshot: Buffer | undefined;
  /** The inputs after the snapshot, in the groups in which they were written. */
  readonly inputs: readonly Buffer[];
  /** Why something could not be read; what came before it is here. */
  readonly damage: string | undefined;
}

/** What is kept of a model that is new. */
export const nothingKept: KeptModel = {
  generation: 0,
  sequence: 0,
  snapshot: undefined,
  inputs: [],
  damage: undefined,
};

/** The keys of a model. Keys sort by their numbers, which have as many digits each. */
export function keysOf({ name, version }: { readonly name: string; readonly version: string }) {
  const id = `${name}/${encodeURIComponent(version)}`;
  return {
    head: `head/${id}`,
    part: (generation: number, part: number) => `part/${id}/${digits(generation)}/${digits(part)}`,
    input: (sequence: number) => `input/${id}/${digits(sequence)}`,
  };
}

export type ModelKeys = ReturnType<typeof keysOf>;

function digits(number: number): string {
  return String(number).padStart(16, '0');
}

/** Reads all that is kept of a model, up to the first damage. O(bytes). */
export async function readModel(level: Level, keys: ModelKeys): Promise<KeptModel> {
  const inputs: Buffer[] = [];
  let head: Head = { generation: 0, parts: 0, sequence: 0 };
  let snapshot: Buffer | undefined;
  let damage: string | undefined;
  try {
    const sealed = await level.get(keys.head);
    if (sealed !== undefined) {
      head = deserialize(unseal(keys.head, sealed)) as Head;
      const names = Array.from({ length: head.parts }, (_, part) =>
        keys.part(head.generation, part),
      );
      const parts: Buffer[] = [];
      for (const name of names) parts.push(unseal(name, await level.get(name)));
      snapshot = Buffer.concat(parts);
    }
    for await (const [key, sealed] of level.iterator({
      gt: keys.input(head.sequence),
      lt: keys.input(Number.MAX_SAFE_INTEGER),
    })) {
      const expected = keys.input(head.sequence + inputs.length + 1);
      inputs.push(unseal(expected, key === expected ? sealed : undefined));
    }
  } catch (error) {
    damage = messageOf(error);
  }
  const { generation } = head;
  return { generation, sequence: head.sequence + inputs.length, snapshot, inputs, damage };
}
