import { useState, type ReactNode } from 'react';
import { t } from '../../texts/texts.js';

/** Covered until somebody wants to see it: for the eyes, the ears and the clipboard. It takes the same room either way. */
export function Spoiler({ text, children }: { text: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen)
    return (
      <span className="spoiler" data-open>
        {children}
      </span>
    );
  return (
    <button type="button" className="spoiler" aria-label={t('markdown.showSpoiler')} onClick={() => setOpen(true)}>
      <span aria-hidden="true">{text}</span>
    </button>
  );
}
