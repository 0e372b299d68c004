import { LIMITS, type Room } from '@parley/contracts';
import type { FormEvent } from 'react';
import type { RoomApi } from '../../net/room-api.js';
import { Field } from '../common/Field.js';
import { useSubmit } from '../common/use-submit.js';
import { t } from '../../texts/texts.js';

const SLOW_MODES: readonly number[] = [0, 5, 30, 60, 600, 3_600, LIMITS.slowModeSecondsMax];

function durationText(seconds: number): string {
  if (seconds === 0) return t('room-settings.off');
  if (seconds % 3_600 === 0) return t('room-settings.hours', { count: seconds / 3_600 });
  return seconds % 60 === 0 ? t('room-settings.minutes', { count: seconds / 60 }) : t('room-settings.seconds', { count: seconds });
}

interface RoomFormProps {
  readonly api: RoomApi;
  readonly room: Room;
  readonly isOwning: boolean;
  readonly onChanged: (room: Room) => void;
}

/** What the room is called, what it is about, who sees it and how fast people may write. */
export function RoomForm({ api, room, isOwning, onChanged }: RoomFormProps) {
  const submit = useSubmit('name', 'topic');
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    submit.run(async () => {
      const changed = await api.change({
        name: String(data.get('name')),
        topic: String(data.get('topic')),
        slowModeSeconds: Number(data.get('slowMode')),
        ...(isOwning ? { visibility: data.get('isPrivate') === null ? 'public' : 'private' } : {}),
      });
      onChanged(changed);
    });
  };
  const speeds = SLOW_MODES.includes(room.slowModeSeconds) ? SLOW_MODES : [...SLOW_MODES, room.slowModeSeconds];
  return (
    <form className="dialog-section" onSubmit={onSubmit} aria-labelledby="room-form">
      <h3 id="room-form">{t('room-settings.room')}</h3>
      <Field
        label={t('common.name')}
        name="name"
        defaultValue={room.name}
        maxLength={LIMITS.roomNameMax}
        autoComplete="off"
        required
        error={submit.errorOf('name')}
      />
      <Field
        label={t('common.topic')}
        name="topic"
        defaultValue={room.topic}
        maxLength={LIMITS.topicMax}
        autoComplete="off"
        error={submit.errorOf('topic')}
      />
      <div className="field">
        <label htmlFor="slow-mode">{t('room-settings.slowMode')}</label>
        <select id="slow-mode" name="slowMode" defaultValue={room.slowModeSeconds}>
          {speeds.map((seconds) => (
            <option key={seconds} value={seconds}>
              {durationText(seconds)}
            </option>
          ))}
        </select>
      </div>
      {isOwning ? (
        <label className="check">
          <input type="checkbox" name="isPrivate" defaultChecked={room.visibility === 'private'} />
          <span>
            {t('common.private')}
            <span className="hint">{t('common.privateHint')}</span>
          </span>
        </label>
      ) : null}
      <p className="error" role="alert">
        {submit.error}
      </p>
      <div className="button-row">
        <button type="submit" className="button primary" disabled={submit.isBusy}>
          {t('common.save')}
        </button>
      </div>
    </form>
  );
}
