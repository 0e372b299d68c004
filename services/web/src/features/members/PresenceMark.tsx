import type { PresenceState } from '@parley/contracts';
import type { TextKey } from '../../texts/text-keys.js';
import { t } from '../../texts/texts.js';

const WORDS = { online: 'members.online', away: 'members.away', offline: 'members.offline' } as const satisfies Record<
  PresenceState,
  TextKey
>;

/** Whether somebody is there: by shape and in words, not by colour alone. */
export function PresenceMark({ state }: { state: PresenceState }) {
  return (
    <span className="presence" data-state={state}>
      <span className="visually-hidden">{t(WORDS[state])}</span>
    </span>
  );
}
