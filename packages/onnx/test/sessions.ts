import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** A session of one of the fixture models, on one thread. */
export function openSession(
  model: 'columns' | 'matrix' | 'mixed' | 'types' | 'half' | 'zipmap',
  options: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  const path = fileURLToPath(new URL(`./fixtures/${model}.onnx`, import.meta.url));
  return InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    ...options,
  });
}

/** Feeds of columns.onnx: `rows` flights that differ from row to row. */
export function flights(rows: number): Record<string, Tensor> {
  const carriers = ['AA', 'DL', 'UA', 'XX'];
  return {
    distance: new Tensor(
      'float32',
      Float32Array.from({ length: rows }, (_, row) => 100 * row),
      [rows, 1],
    ),
    delay: new Tensor(
      'float32',
      Float32Array.from({ length: rows }, (_, row) => row - 1),
      [rows, 1],
    ),
    carrier: new Tensor(
      'string',
      Array.from({ length: rows }, (_, row) => carriers[row % 4]!),
      [rows, 1],
    ),
  };
}
