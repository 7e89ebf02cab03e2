/** 1.5 * 2^52: adding it leaves the rounded integer in the low 32 bits of a small double. */
export const ROUNDING: f64 = 6755399441055744;
