/** The work goes on after an abort, but nobody waits for it. */
export async function orAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  onAbandoned: (reason: unknown) => void = () => undefined,
): Promise<T> {
  let abandon = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abandon = () => {
      onAbandoned(signal.reason);
      reject(signal.reason as Error);
    };
    if (signal.aborted) abandon();
    else signal.addEventListener('abort', abandon, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abandon);
    work.catch(() => undefined);
  }
}
