import type { ReactNode } from 'react';

/** The frame of the pages before the chat. */
export function AccountPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="account">
      <div className="account-card">
        <p className="brand">Parley</p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
