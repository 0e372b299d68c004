import type { Conversation } from '@parley/contracts';
import { useId } from 'react';
import { RoomApi } from '../../net/room-api.js';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { dateAndTime } from '../common/times.js';
import { useSubmit } from '../common/use-submit.js';
import { FOR_EVER, MUTE_MINUTES, untilAfter } from './mute-times.js';
import { useMuted } from './use-muted.js';

const levels = (): Record<Conversation['notify'], string> => ({
  all: t('notifications.levelAll'),
  mentions: t('notifications.levelMentions'),
  none: t('notifications.levelNone'),
});
const untilText = (mutedUntil: string) =>
  mutedUntil === FOR_EVER ? t('notifications.mutedForEver') : t('notifications.mutedUntil', { time: dateAndTime(mutedUntil) });

/** What this person wants to be told of the room, and for how long nothing at all. */
export function RoomNotifications({ client, conversation }: { client: ChatClient; conversation: Conversation }) {
  const submit = useSubmit();
  const levelId = useId();
  const { notify, mutedUntil, room } = conversation;
  const isMuted = useMuted(mutedUntil);
  const set = (wish: Parameters<RoomApi['notifications']>[0]) =>
    submit.run(async () => {
      await new RoomApi(client.api, room.id).notifications(wish);
      await client.loadConversations();
    });
  return (
    <section className="notification-settings" aria-label={t('notifications.title')}>
      <div className="field">
        <label htmlFor={levelId}>{t('notifications.tellMeOf')}</label>
        <select
          id={levelId}
          value={notify}
          disabled={submit.isBusy}
          onChange={(event) => set({ notify: event.currentTarget.value as Conversation['notify'], mutedUntil })}
        >
          {Object.entries(levels()).map(([level, label]) => (
            <option key={level} value={level}>
              {label}
            </option>
          ))}
        </select>
      </div>
      {isMuted && mutedUntil !== null ? (
        <>
          <p className="hint">{untilText(mutedUntil)}</p>
          <button type="button" className="button" disabled={submit.isBusy} onClick={() => set({ notify })}>
            {t('notifications.unmute')}
          </button>
        </>
      ) : (
        <div role="group" aria-label={t('notifications.mute')}>
          <p>{t('notifications.mute')}</p>
          <div className="button-row">
            {MUTE_MINUTES.map((minutes) => (
              <button
                key={minutes}
                type="button"
                className="button"
                disabled={submit.isBusy}
                onClick={() => set({ notify, mutedUntil: untilAfter(minutes) })}
              >
                {minutes < 60 ? t('notifications.minutes', { count: minutes }) : t('notifications.hours', { count: minutes / 60 })}
              </button>
            ))}
            <button type="button" className="button" disabled={submit.isBusy} onClick={() => set({ notify, mutedUntil: FOR_EVER })}>
              {t('notifications.forEver')}
            </button>
          </div>
        </div>
      )}
      <p className="error" role="alert">
        {submit.error}
      </p>
    </section>
  );
}
