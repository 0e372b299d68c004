import type { Sender } from '@parley/contracts';
import type { RoomApi } from '../../net/room-api.js';
import { isMuted } from '../../state/conversations.js';
import { t } from '../../texts/texts.js';
import { dateAndTime } from '../common/times.js';
import { useQuestion } from '../common/use-question.js';
import type { Submit } from '../common/use-submit.js';

const MINUTE_MS = 60_000;
const MUTES = [10, 60, 24 * 60, 7 * 24 * 60] as const;

const lengthOf = (minutes: number): string => {
  if (minutes < 60) return t('room-settings.minutes', { count: minutes });
  if (minutes < 24 * 60) return t('room-settings.hours', { count: minutes / 60 });
  if (minutes < 7 * 24 * 60) return t('room-settings.days', { count: minutes / (24 * 60) });
  return t('room-settings.weeks', { count: minutes / (7 * 24 * 60) });
};

const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

interface ModerationButtonsProps {
  readonly api: RoomApi;
  readonly user: Pick<Sender, 'id' | 'displayName'>;
  /** undefined where it is not known. */
  readonly mutedUntil: string | null | undefined;
  readonly submit: Submit;
  readonly onChanged: () => void;
}

/** Keeps somebody from writing for a time, or puts him out. The server decides whether it may be. */
export function ModerationButtons({ api, user, mutedUntil, submit, onChanged }: ModerationButtonsProps) {
  const question = useQuestion<'mute' | 'remove'>();
  const name = user.displayName;
  const isNow = typeof mutedUntil === 'string' && isMuted({ mutedUntil });
  const run = (work: () => Promise<unknown>) =>
    submit.run(async () => {
      await work();
      question.drop();
      onChanged();
    });

  if (question.asking === 'mute')
    return (
      <div className="member-question button-row" role="group" aria-label={t('members.muteHowLong', { name })}>
        <button type="button" className="button" ref={question.answerRef} onClick={question.drop}>
          {t('members.keep')}
        </button>
        {MUTES.map((minutes) => (
          <button
            key={minutes}
            type="button"
            className="button"
            disabled={submit.isBusy}
            onClick={() => run(() => api.mute(user.id, inMinutes(minutes)))}
          >
            {lengthOf(minutes)}
          </button>
        ))}
      </div>
    );
  if (question.asking === 'remove')
    return (
      <div className="member-question button-row" role="group" aria-label={t('members.removeQuestion', { name })}>
        <button type="button" className="button" ref={question.answerRef} onClick={question.drop}>
          {t('members.keep')}
        </button>
        <button type="button" className="button" disabled={submit.isBusy} onClick={() => run(() => api.ban(user.id))}>
          {t('members.removeAndBan')}
        </button>
        <button type="button" className="button primary" disabled={submit.isBusy} onClick={() => run(() => api.remove(user.id))}>
          {t('members.remove')}
        </button>
      </div>
    );
  return (
    <>
      {isNow && mutedUntil ? <span className="hint">{t('members.mutedUntil', { time: dateAndTime(mutedUntil) })}</span> : null}
      {isNow ? (
        <button
          type="button"
          className="button"
          aria-label={t('members.unmuteWhom', { name })}
          ref={question.askerRef('mute')}
          disabled={submit.isBusy}
          onClick={() => run(() => api.mute(user.id, null))}
        >
          {t('members.unmute')}
        </button>
      ) : (
        <button
          type="button"
          className="button"
          aria-label={t('members.muteWhom', { name })}
          ref={question.askerRef('mute')}
          onClick={() => question.ask('mute')}
        >
          {t('members.mute')}
        </button>
      )}
      <button
        type="button"
        className="button"
        aria-label={t('members.removeWhom', { name })}
        ref={question.askerRef('remove')}
        onClick={() => question.ask('remove')}
      >
        {t('members.remove')}
      </button>
    </>
  );
}
