import { ParleyError } from '@parley/contracts';
import { useState } from 'react';
import { errorText, fieldText } from '../../texts/error-text.js';

export interface Submit {
  readonly isBusy: boolean;
  /** What went wrong as a whole. */
  readonly error: string | undefined;
  /** What went wrong with one field. */
  errorOf(field: string): string | undefined;
  run(action: () => Promise<void>): void;
}

/** A form that is sent once at a time, with the server's words for what it did not like. */
export function useSubmit(): Submit {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const fields = failure instanceof ParleyError ? (failure.errors ?? []) : [];
  return {
    isBusy,
    error: failure === undefined || fields.some((field) => field.path !== '') ? undefined : errorText(failure),
    errorOf: (name) => {
      const found = fields.find((field) => field.path === name);
      return found && fieldText(found.message);
    },
    run: (action) => {
      if (isBusy) return;
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
