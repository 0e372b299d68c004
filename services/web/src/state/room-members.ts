import type { MembersAnswer, Sender } from '@parley/contracts';

const FRESH_MS = 60_000;

/** The first page of a room's members, for those who address one of them: asked for once a minute at the most. */
export class RoomMembers {
  private readonly pages = new Map<string, { readonly atMs: number; readonly members: Promise<readonly Sender[]> }>();

  constructor(private readonly load: (roomId: string) => Promise<MembersAnswer>) {}

  firstPage(roomId: string): Promise<readonly Sender[]> {
    const known = this.pages.get(roomId);
    if (known && Date.now() - known.atMs < FRESH_MS) return known.members;
    const members = this.load(roomId).then(
      (answer) => answer.members.map(({ user }) => user),
      () => {
        this.pages.delete(roomId);
        return [];
      },
    );
    this.pages.set(roomId, { atMs: Date.now(), members });
    return members;
  }
}
