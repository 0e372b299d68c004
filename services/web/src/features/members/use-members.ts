import type { MembersAnswer, PresenceState } from '@parley/contracts';
import { useEffect, useMemo, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { RoomApi } from '../../net/room-api.js';
import { readPages } from '../common/read-pages.js';
import { useLoaded, type Loaded } from '../common/use-loaded.js';
import { useStore } from '../common/use-store.js';

export type Member = MembersAnswer['members'][number];

export interface MemberList extends Loaded<readonly Member[]> {
  readonly hasMore: boolean;
  loadMore(): void;
  presenceOf(member: Member): PresenceState;
}

/** The members of a room as far as they were asked for, and who of them is there at this moment. */
export function useMembers(client: ChatClient, roomId: string, memberCount: number): MemberList {
  const api = useMemo(() => new RoomApi(client.api, roomId), [client, roomId]);
  const [pages, setPages] = useState(1);
  const loaded = useLoaded(() => readPages((cursor) => api.members(cursor), pages), `${roomId} ${memberCount} ${pages}`);
  const members = useMemo(() => loaded.value?.pages.flatMap((page) => page.members), [loaded.value]);
  const states = useStore(client.presence.store);

  useEffect(() => client.presence.show((members ?? []).map(({ user }) => user.id)), [client, members]);

  return {
    value: members,
    error: loaded.error,
    reload: loaded.reload,
    hasMore: loaded.value?.hasMore ?? false,
    loadMore: () => setPages((before) => before + 1),
    presenceOf: (member) => states.get(member.user.id)?.state ?? member.presence,
  };
}
