import type { ReactNode } from 'react';

/** A list, a room or a page that has nothing to show, and what can be done about it. */
export function Notice({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="notice">
      <p className="notice-title">{title}</p>
      {children ? <p>{children}</p> : null}
      {action}
    </div>
  );
}
