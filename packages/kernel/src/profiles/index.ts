export { binMoments } from './bin-moments.js';
export type { CategoricalProfileOptions } from './categorical-profile.js';
export { categoricalProfile } from './categorical-profile.js';
export { commonGrid } from './common-grid.js';
export type { EmbeddingCounter } from './embeddings/embedding-counter.js';
export { createEmbeddingCounter } from './embeddings/embedding-counter.js';
export type { EmbeddingProfileJson } from './embeddings/embedding-json.js';
export type { EmbeddingBasis, EmbeddingProfile } from './embeddings/embedding-profile.js';
export type { EmbeddingProfileOptions } from './embeddings/profile-embeddings.js';
export { embeddingProfile } from './embeddings/profile-embeddings.js';
export { mergeProfiles } from './merge-profiles.js';
export type { NumericProfileOptions } from './numeric-profile.js';
export { numericProfile } from './numeric-profile.js';
export type {
  NumericProfileCounter,
  NumericProfileCounterOptions,
} from './numeric-profile-counter.js';
export { createNumericProfileCounter } from './numeric-profile-counter.js';
export type {
  CategoricalProfile,
  ColumnProfile,
  FeatureProfile,
  NumericProfile,
} from './profile.js';
export type {
  CategoricalProfileJson,
  FeatureProfileJson,
  NumericProfileJson,
} from './profile-json.js';
export { profileFromJson, profileToJson } from './profile-json.js';
export { binCounts, quantileBins } from './quantile-bins.js';
export { profileFromSketch } from './sketches/profile-from-sketch.js';
export type { ValueSketchSummary } from './sketches/sketch-counts.js';
export type { ValueSketchJson } from './sketches/sketch-json.js';
export type { ValueSketch, ValueSketchOptions } from './sketches/value-sketch.js';
export { createValueSketch } from './sketches/value-sketch.js';
export { valueSketchFromJson } from './sketches/value-sketch-json.js';
export type {
  VocabularyCounter,
  VocabularyCounterOptions,
} from './sketches/vocabulary-counter.js';
export { createVocabularyCounter } from './sketches/vocabulary-counter.js';
