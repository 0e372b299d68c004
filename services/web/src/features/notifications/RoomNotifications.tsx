import type { Conversation } from '@parley/contracts';
import { useId } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { setNotifications } from '../../state/conversation-wishes.js';
import { t } from '../../texts/texts.js';
import { dateAndTime } from '../common/times.js';
import { useSubmit } from '../common/use-submit.js';
import { FOR_EVER, muteChoices } from './mute-times.js';
import { notifyLevels } from './notify-levels.js';
import { useMuted } from './use-muted.js';

const untilText = (mutedUntil: string) =>
  mutedUntil === FOR_EVER ? t('notifications.mutedForEver') : t('notifications.mutedUntil', { time: dateAndTime(mutedUntil) });

/** What this person wants to be told of the room, and for how long nothing at all. */
export function RoomNotifications({ client, conversation }: { client: ChatClient; conversation: Conversation }) {
  const submit = useSubmit();
  const levelId = useId();
  const { notify, mutedUntil, room } = conversation;
  const isMuted = useMuted(mutedUntil);
  const set = (wish: Parameters<typeof setNotifications>[2]) => submit.run(() => setNotifications(client, room.id, wish));
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
          {notifyLevels().map(([level, label]) => (
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
            {muteChoices().map(({ label, until }) => (
              <button
                key={label}
                type="button"
                className="button"
                disabled={submit.isBusy}
                onClick={() => set({ notify, mutedUntil: until })}
              >
                {label}
              </button>
            ))}
          </div>
        </div>
      )}
      <p className="error" role="alert">
        {submit.error}
      </p>
    </section>
  );
}
