import { useEffect, useId, useRef, type ComponentProps } from 'react';

type FieldProps = ComponentProps<'input'> & { label: string; hint?: string; error?: string | undefined };

/** An input with its label, what is expected, and what was wrong with it. The first that is wrong takes the focus. */
export function Field({ label, hint, error, ...input }: FieldProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const isFirst = field.current!.form?.querySelector('[aria-invalid="true"]') === field.current;
    if (error !== undefined && isFirst) field.current!.focus();
  }, [error]);
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [hint ? hintId : '', error ? errorId : ''].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input ref={field} id={id} aria-invalid={error !== undefined} aria-describedby={described || undefined} {...input} />
      {hint ? (
        <p id={hintId} className="hint">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={errorId} className="error">
          {error}
        </p>
      ) : null}
    </div>
  );
}
