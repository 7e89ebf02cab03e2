import type { DriftState } from '@modelmeter/core';
import type { MethodDrift, NannymlDrift } from '@modelmeter/kernel/compatibility';
import type { DriftResult } from '../compare/drift-result.js';

/** The packages whose decision `--method` takes, and the versions that it is compared with. */
export const methods = {
  evidently: { title: 'Evidently', version: '0.7' },
  nannyml: { title: 'NannyML', version: '0.13' },
} as const;

export type MethodName = keyof typeof methods;

/** What the method says of one feature: its figures, or why it has none. */
export interface MethodFeature extends Partial<MethodDrift>, Pick<Partial<NannymlDrift>, 'chunks'> {
  readonly name: string;
  readonly type: 'numeric' | 'categorical';
  readonly state: Exclude<DriftState, 'investigate'>;
  readonly reason?: string;
}

/** What `modelmeter drift --method --format json` prints: no decision but that of the method. */
export interface MethodResult
  extends Pick<
    DriftResult,
    'reference' | 'current' | 'driftedFeatures' | 'state' | 'undecidedFeatures' | 'undecided'
  > {
  readonly method: { readonly name: MethodName; readonly version: string };
  /** In the order of the columns. */
  readonly features: readonly MethodFeature[];
}

/** The method and its version in words. */
export function methodTitle({ method }: Pick<MethodResult, 'method'>): string {
  return `${methods[method.name].title} ${method.version}`;
}
