import type { Notices } from '../../state/notices.js';
import { useStore } from '../common/use-store.js';
import { t } from '../../texts/texts.js';

/** What happened, in passing. The way back is the first thing that F6 or Tab from the end of the page reaches. */
export function NoticeLines({ notices }: { notices: Notices }) {
  const shown = useStore(notices.store);
  return (
    <section className="notice-lines" aria-label={t('app.notices')} aria-live="polite">
      {shown.map(({ id, text, undo }) => (
        <p key={id} className="notice-line">
          <span>{text}</span>
          {undo ? (
            <button type="button" className="button" onClick={undo}>
              {t('app.undo')}
            </button>
          ) : null}
        </p>
      ))}
    </section>
  );
}
