declare module 'lz4js' {
  /** Decompresses data in the LZ4 frame format. */
  export function decompress(data: Uint8Array): Uint8Array;
}
