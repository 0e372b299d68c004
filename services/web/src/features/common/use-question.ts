import { useState, type RefCallback } from 'react';

export interface Question<Name extends string> {
  /** What is asked now, in the place of the button that asked it. */
  readonly asking: Name | undefined;
  ask(name: Name): void;
  drop(): void;
  /** For the answer that does nothing: it takes the focus from the button, which is gone. */
  readonly answerRef: RefCallback<HTMLElement>;
  /** For the button that asks: it has the focus again when it comes back. */
  askerRef(name: Name): RefCallback<HTMLElement> | undefined;
}

/** Something is asked once more before it is done, without a dialog. */
export function useQuestion<Name extends string>(): Question<Name> {
  const [asking, setAsking] = useState<Name>();
  const [last, setLast] = useState<Name>();
  return {
    asking,
    ask: (name) => {
      setAsking(name);
      setLast(name);
    },
    drop: () => setAsking(undefined),
    answerRef: takeFocus,
    askerRef: (name) => (name === last ? takeFocus : undefined),
  };
}

const takeFocus = (element: HTMLElement | null): void => element?.focus({ preventScroll: true });
