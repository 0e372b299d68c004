import { useEffect } from 'react';
import type { Unread } from '../../state/conversations.js';

/** The icon of the tab, with a red mark for what is for the reader and a plain one for the rest. */
export function useFavicon({ forMe, isMore }: Unread): void {
  const file = forMe > 0 ? '/favicon-mention.svg' : isMore ? '/favicon-unread.svg' : '/favicon.svg';
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    link?.setAttribute('href', file);
    return () => link?.setAttribute('href', '/favicon.svg');
  }, [file]);
}
