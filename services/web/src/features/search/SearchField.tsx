import { LIMITS } from '@parley/contracts';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { isComposing } from '../common/is-composing.js';
import { complete, sought, tokensOf, withoutToken } from './search-tokens.js';
import { useSearchCompletion, type Suggestion } from './use-search-completion.js';

interface SearchFieldProps {
  readonly client: ChatClient;
  /** What was searched for last. */
  readonly searched: string;
  readonly onSearch: (query: string) => void;
}

/** Words and operators: names behind `from:` and `in:` are completed, and what narrows the search can be taken out again. */
export function SearchField({ client, searched, onSearch }: SearchFieldProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(searched);
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [isShut, setShut] = useState(false);
  const token = sought(typed, caret);
  const found = useSearchCompletion(client, token);
  const suggestions = isShut ? [] : found;
  const active = Math.min(chosen, suggestions.length - 1);
  const optionId = (at: number) => `${id}-${at}`;

  const search = (query: string) => {
    setTyped(query);
    setShut(true);
    onSearch(query.trim());
  };
  const take = (suggestion: Suggestion | undefined) => {
    if (!token || !suggestion) return;
    const next = complete(typed, token, suggestion.value);
    setTyped(next.query);
    setCaret(next.caret);
    field.current?.focus();
    requestAnimationFrame(() => field.current?.setSelectionRange(next.caret, next.caret));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent) || suggestions.length === 0) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setChosen((active + step + suggestions.length) % suggestions.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(suggestions[active]);
    else if (event.key === 'Escape') setShut(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <>
      <form
        className="search-form"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          search(typed);
        }}
      >
        <div className="search-field">
          <input
            ref={field}
            type="text"
            role="combobox"
            aria-label={t('search.title')}
            aria-describedby={`${id}-hint`}
            aria-autocomplete="list"
            aria-expanded={suggestions.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={suggestions.length > 0 ? optionId(active) : undefined}
            placeholder={t('search.placeholder')}
            autoComplete="off"
            value={typed}
            maxLength={LIMITS.searchQueryMax}
            data-first-focus
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setCaret(event.currentTarget.selectionStart ?? 0);
              setChosen(0);
              setShut(false);
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
            onBlur={() => setShut(true)}
            onKeyDown={onKeyDown}
          />
          <div
            id={`${id}-list`}
            role="listbox"
            aria-label={t('search.suggestions')}
            className="search-suggestions"
            hidden={suggestions.length === 0}
          >
            {suggestions.map((suggestion, at) => (
              <div
                key={suggestion.key}
                id={optionId(at)}
                role="option"
                aria-selected={at === active}
                tabIndex={-1}
                className="search-suggestion"
                // Before the field loses the focus, and the list with it.
                onPointerDown={(event) => {
                  event.preventDefault();
                  take(suggestion);
                }}
              >
                <bdi className="list-title">{suggestion.title}</bdi>
                <span className="hint">{suggestion.value}</span>
              </div>
            ))}
          </div>
        </div>
        <button type="submit" className="button">
          {t('search.search')}
        </button>
      </form>
      <p className="hint" id={`${id}-hint`}>
        {t('search.operators')}
      </p>
      <ul className="search-pills" aria-label={t('search.narrowedBy')}>
        {tokensOf(searched)
          .filter(({ operator }) => operator !== undefined)
          .map((piece) => (
            <li key={piece.from} className="search-pill">
              <bdi>{piece.text}</bdi>
              <button
                type="button"
                aria-label={t('search.without', { piece: piece.text })}
                onClick={() => search(withoutToken(searched, piece))}
              >
                ×
              </button>
            </li>
          ))}
      </ul>
    </>
  );
}
