import { ParleyError, type ErrorCode } from '@parley/contracts';
import { useEffect, useRef, useState } from 'react';
import { errorText, fieldText } from '../../texts/error-text.js';

export interface Submit {
  readonly isBusy: boolean;
  /** What went wrong as a whole. */
  readonly error: string | undefined;
  /** What went wrong with one field. */
  errorOf(field: string): string | undefined;
  run(action: () => Promise<void>): void;
}

/** What is refused because of what one field says. */
const FIELDS: Partial<Record<ErrorCode, string>> = { USERNAME_TAKEN: 'username', ROOM_NAME_TAKEN: 'name' };

/**
 * A form that is sent once at a time, with the server's words for what it did not like.
 *
 * @param fields those that show beside themselves what is wrong with them; of all others the form says it as a whole
 */
export function useSubmit(...fields: readonly string[]): Submit {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const origin = useRef<Element>(null);
  // A button that is disabled while it works loses the focus: whoever uses the keyboard would begin at the top again.
  useEffect(() => {
    if (isBusy || document.activeElement !== document.body) return;
    if (origin.current instanceof HTMLElement) origin.current.focus({ preventScroll: true });
  }, [isBusy]);
  const errorOf = (name: string) => {
    if (!(failure instanceof ParleyError)) return undefined;
    if (FIELDS[failure.code] === name) return errorText(failure);
    const found = failure.errors?.find((field) => field.path === name);
    return found && fieldText(found.message);
  };
  return {
    isBusy,
    error: failure === undefined || fields.some((name) => errorOf(name) !== undefined) ? undefined : errorText(failure),
    errorOf,
    run: (action) => {
      if (isBusy) return;
      origin.current = document.activeElement;
      setBusy(true);
      setFailure(undefined);
      action()
        .catch((error: unknown) => {
          if (!(error instanceof ParleyError)) console.warn('the form could not be sent', error);
          setFailure(error);
        })
        .finally(() => setBusy(false));
    },
  };
}
