import type { Conversation } from '@parley/contracts';
import { useState } from 'react';
import type { RoomApi } from '../../net/room-api.js';
import type { ChatClient } from '../../state/chat-client.js';
import { useSubmit } from '../common/use-submit.js';
import { t } from '../../texts/texts.js';
import { dateAndTime } from '../common/times.js';
import type { TextKey } from '../../texts/text-keys.js';

const LEVELS = { all: 'room-settings.all', mentions: 'room-settings.mentions', none: 'room-settings.none' } as const satisfies Record<
  Conversation['notify'],
  TextKey
>;
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
      <h3 id="notifications">{t('room-settings.notifications')}</h3>
      <div className="field">
        <label htmlFor="notify-level">{t('room-settings.tellMeOf')}</label>
        <select
          id="notify-level"
          value={notify}
          disabled={submit.isBusy}
          onChange={(event) => set({ notify: event.currentTarget.value as Conversation['notify'], mutedUntil })}
        >
          {Object.entries(LEVELS).map(([value, label]) => (
            <option key={value} value={value}>
              {t(label)}
            </option>
          ))}
        </select>
      </div>
      <div className="button-row">
        {isMuted ? (
          <button type="button" className="button" disabled={submit.isBusy} onClick={() => set({ notify })}>
            {t('room-settings.unmute', { time: dateAndTime(mutedUntil) })}
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
              {t('room-settings.muteFor', { count: hours })}
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
