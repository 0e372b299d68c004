import { Readable } from 'node:stream';

/** The first bytes of a stream, up to `count` or its end, and a stream of all of it, these included. */
export async function peek(stream: Readable, count: number): Promise<{ head: Buffer; whole: Readable }> {
  const chunks = stream.iterator({ destroyOnReturn: true }) as AsyncIterator<Buffer>;
  const first: Buffer[] = [];
  let size = 0;
  while (size < count) {
    const next = await chunks.next();
    if (next.done) break;
    first.push(next.value);
    size += next.value.length;
  }
  const head = Buffer.concat(first);
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  }
  return { head: head.subarray(0, count), whole: Readable.from(all(), { objectMode: false }) };
}
