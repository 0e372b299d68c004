import type { PresenceState, RoomRole } from '@parley/contracts';
import type { RoomApi } from '../../net/room-api.js';
import { Avatar } from '../common/Avatar.js';
import type { Submit } from '../common/use-submit.js';
import { t } from '../../texts/texts.js';
import type { TextKey } from '../../texts/text-keys.js';
import { ProfileButton } from '../people/ProfileButton.js';
import { mayRemove, type RoomRights } from './member-rights.js';
import { ModerationButtons } from './ModerationButtons.js';
import { PresenceMark } from './PresenceMark.js';
import type { Member } from './use-members.js';

const ROLES = { owner: 'members.owner', moderator: 'members.moderator', member: 'members.member' } as const satisfies Record<
  RoomRole,
  TextKey
>;

interface MemberRowProps {
  readonly api: RoomApi;
  readonly roomId: string;
  readonly member: Member;
  readonly presence: PresenceState;
  readonly rights: RoomRights;
  readonly isMe: boolean;
  readonly submit: Submit;
  readonly onChanged: () => void;
}

/** One person in the room, and what may be done about it. */
export function MemberRow({ api, member: { user, role, mutedUntil }, roomId, presence, rights, isMe, submit, onChanged }: MemberRowProps) {
  const run = (work: () => Promise<unknown>) =>
    submit.run(async () => {
      await work();
      onChanged();
    });
  return (
    <div className="member">
      <span className="member-picture">
        <Avatar url={user.avatarUrl} />
        <PresenceMark state={presence} />
      </span>
      <span className="list-text">
        <ProfileButton user={user} roomId={roomId} className="list-title">
          <bdi>{isMe ? t('members.you', { name: user.displayName }) : user.displayName}</bdi>
        </ProfileButton>
        <span className="hint">@{user.username}</span>
      </span>
      {rights.isOwning ? (
        <select
          aria-label={t('members.roleOf', { name: user.displayName })}
          value={role}
          disabled={submit.isBusy}
          onChange={(event) => {
            const next = event.currentTarget.value as RoomRole;
            run(() => api.changeRole(user.id, next));
          }}
        >
          {Object.entries(ROLES).map(([value, label]) => (
            <option key={value} value={value}>
              {t(label)}
            </option>
          ))}
        </select>
      ) : (
        <span className="hint">{role === 'member' ? '' : t(ROLES[role])}</span>
      )}
      {!isMe && mayRemove(rights, role) ? (
        <ModerationButtons api={api} user={user} mutedUntil={mutedUntil} submit={submit} onChanged={onChanged} />
      ) : null}
    </div>
  );
}
