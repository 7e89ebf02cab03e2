import { deserialize, serialize } from 'node:v8';
import type { MonitorSnapshot, MonitorState } from '@modelmeter/core';
import { createInputGroup, inputsOf } from './input-group.js';
import type { Head, KeptModel, ModelKeys, Write } from './read-model.js';
import { seal } from './sealed.js';

/** Bytes of a part of a snapshot: few enough to be copied without a pause. */
const partBytes = 1 << 20;

/** What the state of a model needs of the store. */
export interface StateWriter {
  /** Inputs of a model take so many bytes before a new snapshot replaces them, or as many as that. */
  readonly maximumInputBytes: number;
  /** Whether the store can be written. */
  readonly isOpen: boolean;
  /** So many bytes more wait for the next commit. */
  inputWaits(bytes: number): void;
  /** Counts an input that is not kept. */
  countUnkept(): void;
  /** Writes without waiting for the disk. */
  write(write: Write): Promise<void>;
  /** Writes and waits for the disk, together with everything that was written before. */
  commit(write: Write): Promise<void>;
  /** Removes the keys from `gte` up to `lt`. */
  clear(range: { readonly gte: string; readonly lt: string }): Promise<void>;
}

/** The state of one model in the store. */
export interface ModelState {
  readonly monitorState: MonitorState;
  /**
   * Begins with a monitor, whose `saveState` is called when the inputs have become long and after a
   * fault; undefined when it has ended and no other continues.
   */
  use(saveState: (() => void) | undefined): void;
  /** Whether a monitor uses it. */
  readonly isUsed: boolean;
  /** Hands the inputs since the last call over to the next commit. */
  take(): readonly Write[];
  /** Forgets the inputs that wait; keeps none until the next snapshot. */
  suspend(): void;
  /** Has the monitor hand over a snapshot, which replaces all that is on disk. */
  save(): void;
  /** Settles when no snapshot is being written; rejects when one could not be written. */
  saved(): Promise<void>;
}

/**
 * The state of one model. Inputs are collected for the next commit. A snapshot is written in parts,
 * without waiting for the disk; it takes effect with its head, which is one write. Then the inputs
 * that it includes are removed.
 *
 * @param kept What an earlier process has left.
 * @param onDropped Receives what no longer fits.
 */
export function createModelState(
  keys: ModelKeys,
  kept: KeptModel,
  writer: StateWriter,
  onDropped: NonNullable<MonitorState['dropped']>,
): ModelState {
  let { generation, sequence } = kept;
  /** What `load` returns: of the process before, or of the monitor that a reload has just ended. */
  let loadable: Pick<KeptModel, 'snapshot' | 'inputs'> | undefined = kept;
  let group = createInputGroup();
  let written: Write[] = [];
  let inputBytes = bytesOf(kept.inputs);
  let snapshotBytes = kept.snapshot?.length ?? 0;
  let isSuspended = !writer.isOpen;
  let isSaveAsked = false;
  let saveState: (() => void) | undefined;
  let saving: Promise<void> = Promise.resolve();
  /** A snapshot that waits until the one before is written. */
  let next: { readonly bytes: Buffer; readonly sequence: number } | undefined;

  function askForSave(): void {
    if (isSaveAsked) return;
    isSaveAsked = true;
    setImmediate(() => {
      isSaveAsked = false;
      saveState?.();
    });
  }

  function closeGroup(): void {
    if (group.bytes === 0) return;
    sequence += 1;
    inputBytes += group.bytes;
    written.push({ type: 'put', key: keys.input(sequence), value: seal(group.join()) });
    group = createInputGroup();
  }

  function forgetWaiting(): void {
    group = createInputGroup();
    written = [];
  }

  async function writeNext(): Promise<void> {
    if (next === undefined) return;
    const { bytes, sequence: last } = next;
    next = undefined;
    generation += 1;
    const parts = Math.ceil(bytes.length / partBytes);
    for (let part = 0; part < parts; part += 1) {
      const value = seal(bytes.subarray(part * partBytes, (part + 1) * partBytes));
      await writer.write({ type: 'put', key: keys.part(generation, part), value });
    }
    const head: Head = { generation, parts, sequence: last };
    await writer.commit({ type: 'put', key: keys.head, value: seal(serialize(head)) });
    snapshotBytes = bytes.length;
    if (loadable?.snapshot === bytes) loadable = undefined;
    await writer.clear({ gte: keys.input(0), lt: keys.input(last + 1) });
    await writer.clear({ gte: keys.part(0, 0), lt: keys.part(generation, 0) });
  }

  return {
    monitorState: {
      load() {
        const { snapshot, inputs = [] } = loadable ?? {};
        if (inputs.length > 0) askForSave();
        loadable = undefined;
        return {
          snapshot: snapshot && (deserialize(snapshot) as MonitorSnapshot),
          input: inputsOf(inputs),
        };
      },
      append(input) {
        if (isSuspended) {
          writer.countUnkept();
          return;
        }
        const before = group.bytes;
        group.add(input);
        writer.inputWaits(group.bytes - before);
      },
      save(snapshot) {
        const bytes = serialize(snapshot);
        loadable = { snapshot: bytes, inputs: [] };
        if (!writer.isOpen) return;
        isSuspended = false;
        closeGroup();
        inputBytes = 0;
        next = { bytes, sequence };
        saving = saving.catch(() => {}).then(writeNext);
        // Who waits for it hears of it; the store has already reported it.
        saving.catch(() => {});
      },
      dropped: onDropped,
    },
    use(given) {
      saveState = given;
    },
    get isUsed() {
      return saveState !== undefined;
    },
    take() {
      closeGroup();
      const taken = written;
      forgetWaiting();
      if (inputBytes > Math.max(writer.maximumInputBytes, snapshotBytes)) askForSave();
      return taken;
    },
    suspend() {
      isSuspended = true;
      next = undefined;
      saving = Promise.resolve();
      forgetWaiting();
    },
    save: () => saveState?.(),
    saved: () => saving,
  };
}

function bytesOf(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}
