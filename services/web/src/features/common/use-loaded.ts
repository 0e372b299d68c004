import { useCallback, useEffect, useState } from 'react';
import { errorText } from '../../texts/error-text.js';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: string | undefined;
  reload(): void;
}

/** What the server answers, asked again when `key` changes or somebody says so; what is known stays until then. */
export function useLoaded<T>(load: () => Promise<T>, key: unknown): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<string>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    load().then(
      (answer) => {
        if (!isCurrent) return;
        setValue(answer);
        setError(undefined);
      },
      (reason: unknown) => isCurrent && setError(errorText(reason)),
    );
    return () => {
      isCurrent = false;
    };
    // `load` is made anew with every drawing; what it depends on is in `key`.
  }, [key, tries]); // oxlint-disable-line react/exhaustive-deps
  return { value, error, reload: useCallback(() => setTries((before) => before + 1), []) };
}
