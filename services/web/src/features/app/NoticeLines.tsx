import { useEffect, useRef } from 'react';
import type { Notice, Notices } from '../../state/notices.js';
import { t } from '../../texts/texts.js';
import { useStore } from '../common/use-store.js';

/** What happened, in passing, and the way back. */
export function NoticeLines({ notices }: { notices: Notices }) {
  const shown = useStore(notices.store);
  return (
    <section className="notice-lines" aria-label={t('app.notices')} aria-live="polite">
      {shown.map((notice) => (
        <NoticeLine key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function NoticeLine({ notice: { text, undo } }: { notice: Notice }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // What had the focus may have gone with what is told here: then the way back is the next thing for the keyboard.
    const frame = requestAnimationFrame(() => {
      if (document.activeElement === document.body) button.current?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <p className="notice-line">
      <span>{text}</span>
      {undo ? (
        <button ref={button} type="button" className="button" onClick={undo}>
          {t('app.undo')}
        </button>
      ) : null}
    </p>
  );
}
