import { useState } from 'react';
import type { RoomApi } from '../../net/room-api.js';
import { useSubmit } from '../common/use-submit.js';

/** The end of a room, asked for twice. */
export function ArchiveRoom({ api, onArchived }: { api: RoomApi; onArchived: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const submit = useSubmit();
  return (
    <section className="dialog-section" aria-labelledby="archive">
      <h3 id="archive">Archive</h3>
      <p className="hint">Nobody can write in it afterwards, and it leaves all lists. This cannot be undone.</p>
      <div className="button-row">
        {isAsking ? (
          <>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              Keep it
            </button>
            <button
              type="button"
              className="button primary"
              disabled={submit.isBusy}
              onClick={() => submit.run(() => api.archive().then(onArchived))}
            >
              Archive for good
            </button>
          </>
        ) : (
          <button type="button" className="button" onClick={() => setAsking(true)}>
            Archive room
          </button>
        )}
      </div>
      <p className="error" role="alert">
        {submit.error}
      </p>
    </section>
  );
}
