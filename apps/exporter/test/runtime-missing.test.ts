import { expect, it, vi } from 'vitest';
import { flights, startText } from './support.js';

vi.mock('onnxruntime-node', () => {
  throw new Error('Cannot find package');
});

it('an exporter without onnxruntime-node refuses an onnx model and says how to install it', async () => {
  const text = `
models:
  - name: late-flights
    type: onnx
    path: ${flights}model.onnx
    features: [{ name: hour, type: numeric }]
    outputs: { task: binary, score: probability }
`;
  await expect(startText(text)).rejects.toMatchObject({
    code: 'RUNTIME_MISSING',
    message: expect.stringContaining('npm install onnxruntime-node'),
  });
});
