import { LIMITS, type Room } from '@parley/contracts';
import type { FormEvent } from 'react';
import type { RoomApi } from '../../net/room-api.js';
import { Field } from '../common/Field.js';
import { useSubmit } from '../common/use-submit.js';

const SLOW_MODES: readonly (readonly [seconds: number, label: string])[] = [
  [0, 'Off'],
  [5, '5 seconds'],
  [30, '30 seconds'],
  [60, '1 minute'],
  [600, '10 minutes'],
  [3_600, '1 hour'],
  [LIMITS.slowModeSecondsMax, '6 hours'],
];

interface RoomFormProps {
  readonly api: RoomApi;
  readonly room: Room;
  readonly isOwning: boolean;
  readonly onChanged: (room: Room) => void;
}

/** What the room is called, what it is about, who sees it and how fast people may write. */
export function RoomForm({ api, room, isOwning, onChanged }: RoomFormProps) {
  const submit = useSubmit();
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
  const speeds = SLOW_MODES.some(([seconds]) => seconds === room.slowModeSeconds)
    ? SLOW_MODES
    : [...SLOW_MODES, [room.slowModeSeconds, `${room.slowModeSeconds} seconds`] as const];
  return (
    <form className="dialog-section" onSubmit={onSubmit} aria-labelledby="room-form">
      <h3 id="room-form">Room</h3>
      <Field
        label="Name"
        name="name"
        defaultValue={room.name}
        maxLength={LIMITS.roomNameMax}
        autoComplete="off"
        required
        error={submit.errorOf('name')}
      />
      <Field
        label="Topic"
        name="topic"
        defaultValue={room.topic}
        maxLength={LIMITS.topicMax}
        autoComplete="off"
        error={submit.errorOf('topic')}
      />
      <div className="field">
        <label htmlFor="slow-mode">Slow mode: between two messages of a person</label>
        <select id="slow-mode" name="slowMode" defaultValue={room.slowModeSeconds}>
          {speeds.map(([seconds, label]) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </select>
      </div>
      {isOwning ? (
        <label className="check">
          <input type="checkbox" name="isPrivate" defaultChecked={room.visibility === 'private'} />
          <span>
            Private
            <span className="hint">Only people who are invited see it.</span>
          </span>
        </label>
      ) : null}
      <p className="error" role="alert">
        {submit.error}
      </p>
      <div className="button-row">
        <button type="submit" className="button primary" disabled={submit.isBusy}>
          Save
        </button>
      </div>
    </form>
  );
}
