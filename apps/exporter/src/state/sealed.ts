import { crc32 } from 'node:zlib';

/** Bytes of the checksum in front of a value. */
const sealBytes = 4;

/** A value with its checksum, since the store checks only what it reads again when it starts. */
export function seal(value: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(sealBytes + value.length);
  sealed.writeUInt32LE(crc32(value), 0);
  sealed.set(value, sealBytes);
  return sealed;
}

/**
 * The value of `seal`.
 *
 * @throws RangeError when the value is missing or is not the one that was sealed.
 */
export function unseal(key: string, sealed: Buffer | undefined): Buffer {
  if (sealed === undefined) throw new RangeError(`${key} is missing`);
  const value = sealed.subarray(sealBytes);
  if (sealed.length < sealBytes || sealed.readUInt32LE(0) !== crc32(value)) {
    throw new RangeError(`${key} is damaged: its checksum is wrong`);
  }
  return value;
}
