import { useState } from 'react';
import type { DraftFile } from '../../state/draft-file.js';
import { Dialog } from '../common/Dialog.js';
import { t } from '../../texts/texts.js';

const ALT_TEXT_MAX = 1000;

/** Words for people who do not see the picture. */
export function DescribeDialog({ draft, onDone, onClose }: { draft: DraftFile; onDone: (altText: string) => void; onClose: () => void }) {
  const [text, setText] = useState(draft.altText);
  return (
    <Dialog title={t('attachments.describe')} onClose={onClose}>
      <form
        className="describe"
        onSubmit={(event) => {
          event.preventDefault();
          onDone(text.trim());
          onClose();
        }}
      >
        <label htmlFor="describe-text">{t('attachments.describeLabel', { name: draft.file.name })}</label>
        <textarea
          id="describe-text"
          data-first-focus
          rows={3}
          maxLength={ALT_TEXT_MAX}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className="button-row">
          <button type="submit" className="button primary">
            {t('common.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
