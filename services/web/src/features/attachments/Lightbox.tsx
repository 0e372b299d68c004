import type { Media } from '@parley/contracts';
import { useEffect, useRef, useState, type KeyboardEvent, type TouchEvent } from 'react';
import { Icon } from '../common/Icon.js';
import { t } from '../../texts/texts.js';
import { placeholderUrl } from './placeholder.js';

interface LightboxProps {
  readonly images: readonly Media[];
  readonly startId: string;
  readonly onClose: () => void;
}

/** A finger that goes further than this turns the page. */
const SWIPE_PX = 60;

/** The pictures of a message over everything else. The dialog of the browser keeps the focus and gives it back. */
export function Lightbox({ images, startId, onClose }: LightboxProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const [index, setIndex] = useState(() =>
    Math.max(
      0,
      images.findIndex(({ id }) => id === startId),
    ),
  );
  const [isLarge, setLarge] = useState(false);
  const touchStart = useRef<number>(undefined);
  const image = images[index];

  useEffect(() => {
    if (ref.current && !ref.current.open) ref.current.showModal();
  }, []);

  const show = (next: number) => {
    if (next < 0 || next >= images.length || next === index) return;
    setIndex(next);
    setLarge(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const forward = document.documentElement.dir === 'rtl' ? -1 : 1;
    const target = { ArrowLeft: index - forward, ArrowRight: index + forward, Home: 0, End: images.length - 1 }[event.key];
    // While it is larger than the screen the arrows move it.
    if (target !== undefined && !isLarge) show(target);
    else if (event.key === '+' || event.key === '=') setLarge(true);
    else if (event.key === '-' || event.key === '0') setLarge(false);
    else return;
    if (!isLarge) event.preventDefault();
  };
  const onTouchEnd = (event: TouchEvent) => {
    const moved = (event.changedTouches[0]?.clientX ?? 0) - (touchStart.current ?? 0);
    if (touchStart.current !== undefined && !isLarge && Math.abs(moved) > SWIPE_PX)
      show(index + (moved < 0 === (document.documentElement.dir !== 'rtl') ? 1 : -1));
    touchStart.current = undefined;
  };

  if (!image) return null;
  const label = image.altText ?? image.name;
  return (
    <dialog ref={ref} className="lightbox" aria-label={t('attachments.picture', { name: label })} onClose={onClose} onKeyDown={onKeyDown}>
      <header className="lightbox-bar">
        <p className="lightbox-title">
          <bdi>{image.name}</bdi>
          {images.length > 1 ? (
            <span className="hint" role="status">
              {t('attachments.position', { index: index + 1, count: images.length })}
            </span>
          ) : null}
        </p>
        <button
          type="button"
          className="icon-button"
          aria-label={t('attachments.fullSize')}
          aria-pressed={isLarge}
          onClick={() => setLarge(!isLarge)}
        >
          <Icon name={isLarge ? 'shrink' : 'grow'} />
        </button>
        <a className="icon-button" href={image.url} download={image.name} aria-label={t('attachments.download', { name: image.name })}>
          <Icon name="download" />
        </a>
        <button type="button" className="icon-button" aria-label={t('common.close')} onClick={() => ref.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <div
        className="lightbox-stage"
        data-large={isLarge}
        onTouchStart={(event) => (touchStart.current = event.touches.length === 1 ? event.touches[0]?.clientX : undefined)}
        onTouchEnd={onTouchEnd}
        // Beside the picture is out of it. Whoever uses the keyboard has Esc.
        onPointerDown={(event) => event.target === event.currentTarget && event.pointerType === 'mouse' && ref.current?.close()}
      >
        <img
          key={image.id}
          src={image.url}
          alt={label}
          width={image.width}
          height={image.height}
          style={{ backgroundImage: placeholderUrl(image.placeholder) }}
        />
      </div>
      {images.length > 1 ? (
        <>
          <button
            type="button"
            className="icon-button lightbox-turn previous"
            aria-label={t('attachments.previous')}
            disabled={index === 0}
            onClick={() => show(index - 1)}
          >
            <Icon name="back" />
          </button>
          <button
            type="button"
            className="icon-button lightbox-turn next"
            aria-label={t('attachments.next')}
            disabled={index === images.length - 1}
            onClick={() => show(index + 1)}
          >
            <Icon name="forward" />
          </button>
        </>
      ) : null}
    </dialog>
  );
}
