import { useEffect, useRef, useState } from 'react';
import type { Gap } from '../../state/message-window.js';
import type { GapEnd, RoomTimeline } from '../../state/room-timeline.js';
import { t } from '../../texts/texts.js';

/** A gap is filled before it comes into sight. */
const AHEAD = '600px 0px';

/** Messages between two others that are not loaded: loads them when it comes near, from the end where the reader is, and by hand. */
export function GapRow({ timeline, gap }: { timeline: RoomTimeline; gap: Gap }) {
  const ref = useRef<HTMLDivElement>(null);
  const [isLoading, setLoading] = useState(false);
  const count = gap.before - gap.after - 1;
  const { after, before } = gap;

  const load = (end: GapEnd) => {
    setLoading(true);
    void timeline.fillGap({ after, before }, end).finally(() => setLoading(false));
  };
  const loadRef = useRef(load);
  loadRef.current = load;

  useEffect(() => {
    const root = ref.current!.closest('[role=log]');
    const near = ({ isIntersecting, boundingClientRect, rootBounds }: IntersectionObserverEntry) => {
      if (!isIntersecting) return;
      const isReaderAbove = rootBounds !== null && boundingClientRect.top > (rootBounds.top + rootBounds.bottom) / 2;
      loadRef.current(isReaderAbove ? 'upper' : 'lower');
    };
    const observer = new IntersectionObserver((entries) => entries.forEach(near), { root, rootMargin: AHEAD });
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, [after, before]);

  return (
    <div className="gap" ref={ref}>
      <button type="button" className="link-button" disabled={isLoading} onClick={() => load('lower')}>
        {t(isLoading ? 'room.loadingMissed' : 'room.loadMissed', { count })}
      </button>
    </div>
  );
}
