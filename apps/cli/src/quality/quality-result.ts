import type { ReferenceQuality } from '@modelmeter/core/quality';

/** An estimated score and the ends of its 95 % band, which a reference of few chunks does not give. */
export interface EstimatedScore {
  readonly estimate: number;
  readonly low?: number;
  readonly high?: number;
}

/** The quality of a chunk of rows: estimated without its targets, and realised where it has some. */
export interface ChunkQuality {
  readonly period: 'reference' | 'current';
  readonly key: string;
  readonly rows: number;
  /** Rows with a target. */
  readonly targets: number;
  readonly estimated: Readonly<Record<string, EstimatedScore>>;
  readonly realised: Readonly<Record<string, number>>;
  /** Why the estimate does not hold; undefined when nothing speaks against it. */
  readonly withdrawn?: { readonly reason: 'outside_support'; readonly message: string };
}

/** What `modelmeter quality` found. */
export interface QualityResult {
  readonly reference: {
    readonly source: string;
    readonly samples: number;
    readonly scores: ReferenceQuality['scores'];
  };
  readonly current: { readonly source: string; readonly rows: number; readonly targets: number };
  readonly task: 'binary' | 'regression';
  readonly chunks: readonly ChunkQuality[];
  /** Estimates that were not withdrawn and have a realised score, and how many bands held it. */
  readonly bands: Readonly<Record<string, { readonly chunks: number; readonly held: number }>>;
  readonly notes: readonly string[];
}
