import type { PresenceState, RoomRole } from '@parley/contracts';
import { useState } from 'react';
import type { RoomApi } from '../../net/room-api.js';
import { Avatar } from '../common/Avatar.js';
import type { Submit } from '../common/use-submit.js';
import { mayRemove, type RoomRights } from './member-rights.js';
import { PresenceMark } from './PresenceMark.js';
import type { Member } from './use-members.js';

const ROLES: Record<RoomRole, string> = { owner: 'Owner', moderator: 'Moderator', member: 'Member' };

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
        <span className="list-title">
          {user.displayName}
          {isMe ? ' (you)' : ''}
        </span>
        <span className="hint">@{user.username}</span>
      </span>
      {rights.isOwning ? (
        <select
          aria-label={`Role of ${user.displayName}`}
          value={role}
          disabled={submit.isBusy}
          onChange={(event) => {
            const next = event.currentTarget.value as RoomRole;
            run(() => api.changeRole(user.id, next));
          }}
        >
          {Object.entries(ROLES).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      ) : (
        <span className="hint">{role === 'member' ? '' : ROLES[role]}</span>
      )}
      {!isMe && mayRemove(rights, role) && !isAsking ? (
        <button type="button" className="button" aria-label={`Remove ${user.displayName}`} onClick={() => setAsking(true)}>
          Remove
        </button>
      ) : null}
      {isAsking ? (
        <div className="member-question button-row" role="group" aria-label={`Remove ${user.displayName}?`}>
          <button type="button" className="button" onClick={() => setAsking(false)}>
            Keep
          </button>
          <button type="button" className="button" disabled={submit.isBusy} onClick={() => run(() => api.ban(user.id))}>
            Remove and ban
          </button>
          <button type="button" className="button primary" disabled={submit.isBusy} onClick={() => run(() => api.remove(user.id))}>
            Remove
          </button>
        </div>
      ) : null}
    </div>
  );
}
