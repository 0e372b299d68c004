import { useId } from 'react';

interface ChoiceProps<V extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly value: V;
  readonly options: readonly (readonly [value: V, label: string])[];
  readonly onChange: (value: V) => void;
}

/** One of few, all in sight. */
export function Choice<V extends string>({ label, hint, value, options, onChange }: ChoiceProps<V>) {
  const name = useId();
  return (
    <fieldset>
      <legend>{label}</legend>
      {hint === undefined ? null : <p className="hint">{hint}</p>}
      <div className="choice-options">
        {options.map(([option, text]) => (
          <label key={option} className="choice-option">
            <input type="radio" name={name} value={option} checked={option === value} onChange={() => onChange(option)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
