declare module 'jstat' {
  const jstat: { histogram(values: ArrayLike<number>, bins: number): number[] };
  export default jstat;
}

declare module 'tdigest' {
  export class TDigest {
    push(value: number): void;
  }
}
