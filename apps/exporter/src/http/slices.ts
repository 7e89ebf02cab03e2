import { setImmediate } from 'node:timers/promises';

/** How long work on one request may hold the event loop at a time. */
const sliceMs = 4;

/** Resolves at the next turn of the event loop that is free. */
let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * Visits every item. After each slice of a few milliseconds other requests get their turn; of all
 * visits in progress only one continues in a turn of the event loop, so that many large requests do
 * not add up to a long pause.
 */
export async function visitInSlices<Item>(
  items: Iterable<Item>,
  visit: (item: Item) => void,
): Promise<void> {
  let end = performance.now() + sliceMs;
  for (const item of items) {
    visit(item);
    if (performance.now() < end) continue;
    lastTurn = lastTurn.then(() => setImmediate());
    await lastTurn;
    end = performance.now() + sliceMs;
  }
}
