import { parentPort, workerData } from 'node:worker_threads';
import { KernelError } from '../errors.js';
import { createKernel } from '../kernel/create-kernel.js';
import type { ImplementationOptions } from '../kernel/implementation.js';
import { buffersOf, type JobReply, type JobRequest, jobs } from './protocol.js';

/* The script of the thread: one kernel, one job after the other. */

const kernel = createKernel(workerData as ImplementationOptions);

parentPort?.on('message', ({ id, name, parameters }: JobRequest) => {
  try {
    const run = jobs[name] as (...all: readonly unknown[]) => unknown;
    const result = run(kernel, ...parameters);
    parentPort!.postMessage({ id, result } satisfies JobReply, buffersOf(result));
  } catch (error) {
    parentPort!.postMessage(replyTo(id, error));
  }
});

function replyTo(id: number, error: unknown): JobReply {
  if (!KernelError.isInstance(error)) return { id, crash: String(error) };
  const { code, place, nextStep } = error;
  // What the caller passed came as a copy and goes back as one; it is only looked at in a message.
  return { id, failure: { code, place, value: error.value, nextStep } };
}
