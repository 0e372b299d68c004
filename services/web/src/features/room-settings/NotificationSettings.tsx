import type { Conversation } from '@parley/contracts';
import { useState } from 'react';
import type { RoomApi } from '../../net/room-api.js';
import type { ChatClient } from '../../state/chat-client.js';
import { useSubmit } from '../common/use-submit.js';

const LEVELS: Record<Conversation['notify'], string> = { all: 'Every message', mentions: 'Only when I am mentioned', none: 'Nothing' };
const HOUR_MS = 3_600_000;

/** What this person wants to be told of the room. */
export function NotificationSettings({ client, api, conversation }: { client: ChatClient; api: RoomApi; conversation: Conversation }) {
  const submit = useSubmit();
  const { notify, mutedUntil } = conversation;
  const [openedAt] = useState(() => Date.now());
  const isMuted = mutedUntil !== null && Date.parse(mutedUntil) > openedAt;
  const set = (wish: Parameters<RoomApi['notifications']>[0]) =>
    submit.run(async () => {
      await api.notifications(wish);
      await client.loadConversations();
    });
  return (
    <section className="dialog-section" aria-labelledby="notifications">
      <h3 id="notifications">Notifications</h3>
      <div className="field">
        <label htmlFor="notify-level">Tell me of</label>
        <select
          id="notify-level"
          value={notify}
          disabled={submit.isBusy}
          onChange={(event) => set({ notify: event.currentTarget.value as Conversation['notify'], mutedUntil })}
        >
          {Object.entries(LEVELS).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <div className="button-row">
        {isMuted ? (
          <button type="button" className="button" disabled={submit.isBusy} onClick={() => set({ notify })}>
            Unmute (muted until {new Date(mutedUntil).toLocaleString()})
          </button>
        ) : (
          [1, 8, 24].map((hours) => (
            <button
              key={hours}
              type="button"
              className="button"
              disabled={submit.isBusy}
              onClick={() => set({ notify, mutedUntil: new Date(Date.now() + hours * HOUR_MS).toISOString() })}
            >
              Mute for {hours === 1 ? '1 hour' : `${hours} hours`}
            </button>
          ))
        )}
      </div>
      <p className="error" role="alert">
        {submit.error}
      </p>
    </section>
  );
}
