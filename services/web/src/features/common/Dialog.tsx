import { useEffect, useId, useRef, type ReactNode } from 'react';
import { t } from '../../texts/texts.js';
import { Icon } from './Icon.js';

/** A modal dialog of the browser's own: it keeps the focus, closes with Esc and gives the focus back. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog || dialog.open) return undefined;
    const before = document.activeElement;
    dialog.showModal();
    // On a touch screen the keyboard would cover half of the dialog before anybody asked for it.
    if (matchMedia('(pointer: fine)').matches) dialog.querySelector<HTMLElement>('[data-first-focus]')?.focus();
    return () => {
      // Taken off the page while it was open: the browser gives the focus back only to whoever closes it.
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={titleId}
      onClose={onClose}
      // A press beside the dialog is a press on its backdrop, which belongs to the element itself.
      onPointerDown={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div className="dialog-body">
        <header className="dialog-header">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="icon-button" aria-label={t('common.close')} onClick={() => ref.current?.close()}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
