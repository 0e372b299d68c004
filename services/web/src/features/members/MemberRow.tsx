import type { PresenceState, RoomRole } from '@parley/contracts';
import { useState } from 'react';
import type { RoomApi } from '../../net/room-api.js';
import { Avatar } from '../common/Avatar.js';
import type { Submit } from '../common/use-submit.js';
import { t } from '../../texts/texts.js';
import type { TextKey } from '../../texts/text-keys.js';
import { mayRemove, type RoomRights } from './member-rights.js';
import { PresenceMark } from './PresenceMark.js';
import type { Member } from './use-members.js';

const ROLES = { owner: 'members.owner', moderator: 'members.moderator', member: 'members.member' } as const satisfies Record<
  RoomRole,
  TextKey
>;

interface MemberRowProps {
  readonly api: RoomApi;
  readonly member: Member;
  readonly presence: PresenceState;
  readonly rights: RoomRights;
  readonly isMe: boolean;
  readonly submit: Submit;
  readonly onChanged: () => void;
}

/** One person in the room, and what may be done about it. */
export function MemberRow({ api, member: { user, role }, presence, rights, isMe, submit, onChanged }: MemberRowProps) {
  const [isAsking, setAsking] = useState(false);
  const run = (work: () => Promise<unknown>) =>
    submit.run(async () => {
      await work();
      setAsking(false);
      onChanged();
    });
  return (
    <div className="member">
      <span className="member-picture">
        <Avatar url={user.avatarUrl} />
        <PresenceMark state={presence} />
      </span>
      <span className="list-text">
        <span className="list-title">{isMe ? t('members.you', { name: user.displayName }) : user.displayName}</span>
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
      {!isMe && mayRemove(rights, role) && !isAsking ? (
        <button
          type="button"
          className="button"
          aria-label={t('members.removeWhom', { name: user.displayName })}
          onClick={() => setAsking(true)}
        >
          {t('members.remove')}
        </button>
      ) : null}
      {isAsking ? (
        <div className="member-question button-row" role="group" aria-label={t('members.removeQuestion', { name: user.displayName })}>
          <button type="button" className="button" onClick={() => setAsking(false)}>
            {t('members.keep')}
          </button>
          <button type="button" className="button" disabled={submit.isBusy} onClick={() => run(() => api.ban(user.id))}>
            {t('members.removeAndBan')}
          </button>
          <button type="button" className="button primary" disabled={submit.isBusy} onClick={() => run(() => api.remove(user.id))}>
            {t('members.remove')}
          </button>
        </div>
      ) : null}
    </div>
  );
}
