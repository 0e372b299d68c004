/** The first pages of a list, read one after the other, and whether there are more. */
export async function readPages<Page extends { readonly nextCursor: string | null }>(
  read: (cursor: string | undefined) => Promise<Page>,
  count: number,
): Promise<{ readonly pages: readonly Page[]; readonly hasMore: boolean }> {
  const pages: Page[] = [];
  for (let cursor: string | null | undefined; pages.length < count && cursor !== null; cursor = pages.at(-1)!.nextCursor)
    pages.push(await read(cursor));
  return { pages, hasMore: pages.at(-1)?.nextCursor !== null };
}
