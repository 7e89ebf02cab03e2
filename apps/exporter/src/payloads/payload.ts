/** The request or the answer of one call of a model, as an inference logger sends it. */
export interface Payload {
  readonly part: 'request' | 'answer';
  /** What request and answer have in common, and the prediction id. */
  readonly id: string;
  /** Name of the model in the configuration. */
  readonly model: string;
  /** When it was sent, in milliseconds since the Unix epoch; undefined where the event has no time. */
  readonly timeMs: number | undefined;
  /** The parsed JSON. */
  readonly content: unknown;
  /** Bytes of the JSON. */
  readonly bytes: number;
}

/** Both halves of a call. */
export interface LoggedCall {
  readonly request: Payload;
  readonly answer: Payload;
}
