import type { Room } from '@parley/contracts';
import { useMemo, useState } from 'react';
import { RoomApi } from '../../net/room-api.js';
import type { ChatClient } from '../../state/chat-client.js';
import { Dialog } from '../common/Dialog.js';
import { LoadFailure } from '../common/LoadFailure.js';
import { useSubmit } from '../common/use-submit.js';
import { t } from '../../texts/texts.js';
import { BanList } from './BanList.js';
import { rightsIn } from './member-rights.js';
import { MemberRow } from './MemberRow.js';
import { useMembers } from './use-members.js';

/** Who is in the room, and who of them is there. */
export function MembersDialog({ client, room, onClose }: { client: ChatClient; room: Room; onClose: () => void }) {
  const api = useMemo(() => new RoomApi(client.api, room.id), [client, room.id]);
  const members = useMembers(client, room.id, room.memberCount);
  const [version, setVersion] = useState(0);
  const submit = useSubmit();
  const rights = rightsIn(room, client.me);
  const changed = () => {
    members.reload();
    setVersion((before) => before + 1);
  };
  return (
    <Dialog title={t('members.title')} onClose={onClose}>
      <p className="error" role="alert">
        {submit.error}
      </p>
      {members.error === undefined ? null : <LoadFailure error={members.error} onRetry={members.reload} />}
      <ul aria-busy={members.value === undefined}>
        {(members.value ?? []).map((member) => (
          <li key={member.user.id}>
            <MemberRow
              api={api}
              roomId={room.id}
              member={member}
              presence={members.presenceOf(member)}
              rights={rights}
              isMe={member.user.id === client.me.id}
              submit={submit}
              onChanged={changed}
            />
          </li>
        ))}
      </ul>
      {members.hasMore ? (
        <button type="button" className="button" onClick={members.loadMore}>
          {t('common.showMore')}
        </button>
      ) : null}
      {rights.isModerating ? <BanList api={api} version={version} submit={submit} /> : null}
    </Dialog>
  );
}
