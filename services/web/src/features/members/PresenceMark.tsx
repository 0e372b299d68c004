import type { PresenceState } from '@parley/contracts';

const WORDS: Record<PresenceState, string> = { online: 'online', away: 'away', offline: 'offline' };

/** Whether somebody is there: by shape and in words, not by colour alone. */
export function PresenceMark({ state }: { state: PresenceState }) {
  return (
    <span className="presence" data-state={state}>
      <span className="visually-hidden">{WORDS[state]}</span>
    </span>
  );
}
