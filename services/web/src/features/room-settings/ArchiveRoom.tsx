import type { RoomApi } from '../../net/room-api.js';
import { useQuestion } from '../common/use-question.js';
import { useSubmit } from '../common/use-submit.js';
import { t } from '../../texts/texts.js';

/** The end of a room, asked for twice. */
export function ArchiveRoom({ api, onArchived }: { api: RoomApi; onArchived: () => void }) {
  const question = useQuestion<'archive'>();
  const submit = useSubmit();
  return (
    <section className="dialog-section" aria-labelledby="archive">
      <h3 id="archive">{t('room-settings.archive')}</h3>
      <p className="hint">{t('room-settings.archiveHint')}</p>
      <div className="button-row">
        {question.asking ? (
          <>
            <button type="button" className="button" ref={question.answerRef} onClick={question.drop}>
              {t('changing.keep')}
            </button>
            <button
              type="button"
              className="button primary"
              disabled={submit.isBusy}
              onClick={() => submit.run(() => api.archive().then(onArchived))}
            >
              {t('room-settings.archiveForGood')}
            </button>
          </>
        ) : (
          <button type="button" className="button" ref={question.askerRef('archive')} onClick={() => question.ask('archive')}>
            {t('room-settings.archiveRoom')}
          </button>
        )}
      </div>
      <p className="error" role="alert">
        {submit.error}
      </p>
    </section>
  );
}
