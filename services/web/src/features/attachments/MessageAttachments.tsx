import type { Media } from '@parley/contracts';
import { memo, useState } from 'react';
import { createPortal } from 'react-dom';
import { onDemand } from '../common/on-demand.js';
import { DownloadCard } from './DownloadCard.js';
import { ImageAttachment } from './ImageAttachment.js';
import { imageBox } from './image-box.js';
import { kindOf } from './kinds.js';

const Lightbox = onDemand(async () => (await import('./Lightbox.js')).Lightbox);

/** The files of a message: pictures and players in place, everything else to download. */
export const MessageAttachments = memo(function MessageAttachments({ attachments }: { attachments: readonly Media[] }) {
  const [shown, setShown] = useState<string>();
  if (attachments.length === 0) return null;
  const images = attachments.filter(({ type }) => kindOf(type) === 'image');
  return (
    <div className="attachments">
      {attachments.map((media) => (
        <Attachment key={media.id} media={media} onOpen={() => setShown(media.id)} />
      ))}
      {shown === undefined
        ? null
        : // Out of the list: what is in a row is read as a part of the message.
          createPortal(<Lightbox images={images} startId={shown} onClose={() => setShown(undefined)} />, document.body)}
    </div>
  );
});

function Attachment({ media, onOpen }: { media: Media; onOpen: () => void }) {
  const { width, height } = imageBox(media);
  switch (kindOf(media.type)) {
    case 'image':
      return <ImageAttachment media={media} onOpen={onOpen} />;
    case 'video':
      return (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- what people post has none; its name says what it is
        <video
          className="video-attachment"
          src={media.url}
          controls
          preload="metadata"
          playsInline
          style={{ width, aspectRatio: `${width} / ${height}` }}
          aria-label={media.altText ?? media.name}
        />
      );
    case 'audio':
      return (
        <figure className="audio-attachment">
          <figcaption>
            <bdi>{media.name}</bdi>
          </figcaption>
          {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
          <audio src={media.url} controls preload="metadata" aria-label={media.altText ?? media.name} />
        </figure>
      );
    case 'file':
      return <DownloadCard media={media} />;
  }
}
