import type { Sender } from '@parley/contracts';
import type { ReactNode } from 'react';
import { t } from '../../texts/texts.js';
import { useCommandCentre } from '../commands/use-commands.js';

interface ProfileButtonProps {
  readonly user: Pick<Sender, 'id' | 'displayName'>;
  readonly roomId: string | undefined;
  readonly className: string;
  /** A second way to the same thing, for pointers only. */
  readonly isForPointers?: boolean;
  readonly children: ReactNode;
}

/** A name or a picture that opens the profile. */
export function ProfileButton({ user, roomId, className, isForPointers = false, children }: ProfileButtonProps) {
  const commands = useCommandCentre();
  return (
    <button
      type="button"
      className={`profile-button ${className}`}
      title={t('people.profileOf', { name: user.displayName })}
      {...(isForPointers ? { 'aria-hidden': true, tabIndex: -1 } : {})}
      onClick={() => commands.showProfile(user.id, roomId)}
    >
      {children}
    </button>
  );
}
