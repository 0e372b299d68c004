import type { Room, User } from '@parley/contracts';
import { useEffect, useMemo } from 'react';
import { RoomApi } from '../../net/room-api.js';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { roomPath, type Router } from '../app/router.js';
import type { ShownProfile } from '../commands/commands.js';
import { Avatar } from '../common/Avatar.js';
import { Dialog } from '../common/Dialog.js';
import { LoadFailure } from '../common/LoadFailure.js';
import { Notice } from '../common/Notice.js';
import { dateAndTime } from '../common/times.js';
import { useLoaded } from '../common/use-loaded.js';
import { useStore } from '../common/use-store.js';
import { useSubmit } from '../common/use-submit.js';
import { rightsIn } from '../members/member-rights.js';
import { ModerationButtons } from '../members/ModerationButtons.js';
import { PresenceMark } from '../members/PresenceMark.js';

interface ProfileDialogProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly profile: ShownProfile;
  readonly onClose: () => void;
}

/** Who somebody is, and what one can do about it: write to him, mention him, keep order. */
export function ProfileDialog({ client, router, profile: { userId, roomId }, onClose }: ProfileDialogProps) {
  const { value: user, error, reload } = useLoaded(() => client.api.user(userId), userId);
  const presence = useStore(client.presence.store).get(userId);
  useEffect(() => client.presence.show([userId]), [client, userId]);
  const room = roomId === undefined ? undefined : client.findRoom(roomId);
  const known = useStore(client.people.store).get(userId);
  return (
    <Dialog title={user?.displayName ?? known?.displayName ?? t('people.profile')} onClose={onClose}>
      {error !== undefined ? (
        <LoadFailure title={t('people.profileFailed')} error={error} onRetry={reload} />
      ) : user ? (
        <>
          <div className="profile">
            <span className="member-picture">
              <Avatar url={user.avatarUrl} size={96} />
              <PresenceMark state={presence?.state ?? 'offline'} />
            </span>
            <div>
              <p className="hint">@{user.username}</p>
              {user.roles.includes('administrator') ? <p className="hint">{t('people.administrator')}</p> : null}
              {user.status ? (
                <p dir="auto">
                  {user.status.emoji} {user.status.text}
                </p>
              ) : null}
              {presence?.state === 'offline' && presence.lastSeenAt !== null ? (
                <p className="hint">{t('people.lastSeen', { time: dateAndTime(presence.lastSeenAt) })}</p>
              ) : null}
            </div>
          </div>
          {user.bio === '' ? null : (
            <p className="profile-bio" dir="auto">
              {user.bio}
            </p>
          )}
          <ProfileActions client={client} router={router} user={user} room={room} onClose={onClose} />
        </>
      ) : (
        <Notice title={t('common.loading')} />
      )}
    </Dialog>
  );
}

interface ProfileActionsProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly user: User;
  readonly room: Room | undefined;
  readonly onClose: () => void;
}

function ProfileActions({ client, router, user, room, onClose }: ProfileActionsProps) {
  const submit = useSubmit();
  const api = useMemo(() => (room ? new RoomApi(client.api, room.id) : undefined), [client, room]);
  if (user.id === client.me.id) return null;
  const canMention = room?.kind === 'room' && client.conversations.store.get().has(room.id);
  const mention = () => {
    const draft = client.unsent.drafts.of(room!.id);
    const before = draft?.text ?? '';
    client.unsent.drafts.edit(
      room!.id,
      `${before}${before === '' || /\s$/.test(before) ? '' : ' '}@${user.username} `,
      draft?.replyTo ?? null,
    );
    onClose();
  };
  return (
    <>
      <p className="error" role="alert">
        {submit.error}
      </p>
      {api && room && rightsIn(room, client.me).isModerating ? (
        <ModerationButtons api={api} user={user} mutedUntil={undefined} submit={submit} onChanged={onClose} />
      ) : null}
      <div className="button-row">
        {canMention ? (
          <button type="button" className="button" onClick={mention}>
            {t('people.mention')}
          </button>
        ) : null}
        <button
          type="button"
          className="button primary"
          disabled={submit.isBusy}
          data-first-focus
          onClick={() =>
            submit.run(async () => {
              const { id } = await client.membership.openDirect(user.id);
              onClose();
              router.go(roomPath(id));
            })
          }
        >
          {t('people.write')}
        </button>
      </div>
    </>
  );
}
