import { useState } from 'react';
import { Icon } from '../common/Icon.js';
import { onDemand } from '../common/on-demand.js';
import { t } from '../../texts/texts.js';

const EmojiPicker = onDemand(async () => (await import('./EmojiPicker.js')).EmojiPicker, { isPrefetched: false });

export function EmojiButton({ onPick }: { onPick: (emoji: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={t('emoji.title')}
        title={t('emoji.title')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Icon name="emoji" />
      </button>
      {isOpen ? (
        <EmojiPicker
          onPick={(emoji) => {
            setOpen(false);
            onPick(emoji);
          }}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}
