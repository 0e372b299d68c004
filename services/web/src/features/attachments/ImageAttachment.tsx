import type { Media } from '@parley/contracts';
import { useState } from 'react';
import { t } from '../../texts/texts.js';
import { imageBox } from './image-box.js';
import { placeholderUrl } from './placeholder.js';

/** A picture in the list: its room is there at once, blurred, then the small version; a press shows the large one. */
export function ImageAttachment({ media, onOpen }: { media: Media; onOpen: () => void }) {
  const [isBroken, setBroken] = useState(false);
  const { width, height } = imageBox(media);
  return (
    <button
      type="button"
      className="image-attachment"
      aria-haspopup="dialog"
      style={{ width, aspectRatio: `${width} / ${height}`, backgroundImage: placeholderUrl(media.placeholder) }}
      onClick={onOpen}
    >
      {isBroken ? (
        <span className="hint">{t('attachments.broken', { name: media.altText ?? media.name })}</span>
      ) : (
        <img
          src={media.thumbnailUrl ?? media.url}
          alt={media.altText ?? media.name}
          width={width}
          height={height}
          loading="lazy"
          decoding="async"
          onError={() => setBroken(true)}
        />
      )}
    </button>
  );
}
