import type { ReactNode } from 'react';

interface NoticeProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** For what people should hear of at once. */
  readonly role?: 'alert';
}

/** A list, a room or a page that has nothing to show, and what can be done about it. */
export function Notice({ title, children, action, role }: NoticeProps) {
  return (
    <div className="notice" role={role}>
      <p className="notice-title">{title}</p>
      {children ? <p>{children}</p> : null}
      {action}
    </div>
  );
}
