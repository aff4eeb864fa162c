// Lets six requests at a time wait for their answers, as the platform does for each object. To be imported before all else.
const AT_ONCE = 6;
const send = globalThis.fetch;
const queue: (() => void)[] = [];
let waiting = 0;

globalThis.fetch = (async (...request: Parameters<typeof fetch>) => {
  if (waiting >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  waiting += 1;
  try {
    return await send(...request);
  } finally {
    waiting -= 1;
    queue.shift()?.();
  }
}) as typeof fetch;
