import { useEffect, useRef, useState } from 'react';
import type { Gap } from '../../state/message-window.js';
import type { RoomTimeline } from '../../state/room-timeline.js';

/** Messages between two others that are not loaded: loads them when it comes into sight, and by hand. */
export function GapRow({ timeline, gap }: { timeline: RoomTimeline; gap: Gap }) {
  const ref = useRef<HTMLLIElement>(null);
  const [isLoading, setLoading] = useState(false);
  const count = gap.before - gap.after - 1;
  const { after, before } = gap;

  const load = () => {
    setLoading(true);
    void timeline.fillGap({ after, before }).finally(() => setLoading(false));
  };
  const loadRef = useRef(load);
  loadRef.current = load;

  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) loadRef.current();
    });
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, [after, before]);

  return (
    <li className="gap" ref={ref}>
      <button type="button" className="link-button" disabled={isLoading} onClick={load}>
        {isLoading ? 'Loading' : 'Load'} {count === 1 ? '1 message' : `${count} messages`} that {count === 1 ? 'was' : 'were'} missed
      </button>
    </li>
  );
}
