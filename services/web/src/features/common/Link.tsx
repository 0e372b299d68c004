import type { ComponentProps, MouseEvent } from 'react';
import type { Router } from '../app/router.js';

/** A link within the client: no page load, unless people ask for a new tab. */
export function Link({ router, href, onClick, children, ...rest }: ComponentProps<'a'> & { router: Router; href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.go(href);
  };
  return (
    <a {...rest} href={href} onClick={follow}>
      {children}
    </a>
  );
}
