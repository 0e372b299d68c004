import { lazy, Suspense, useState } from 'react';
import { Icon } from '../common/Icon.js';

const EmojiPicker = lazy(async () => ({ default: (await import('./EmojiPicker.js')).EmojiPicker }));

export function EmojiButton({ onPick }: { onPick: (emoji: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="icon-button" aria-label="Emoji" title="Emoji" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name="emoji" />
      </button>
      {isOpen ? (
        <Suspense fallback={null}>
          <EmojiPicker
            onPick={(emoji) => {
              setOpen(false);
              onPick(emoji);
            }}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
