import { Avatar } from '../common/Avatar.js';
import { t } from '../../texts/texts.js';
import type { CompletionState } from './use-completion.js';

export const optionId = (listId: string, index: number): string => `${listId}-${index}`;

/** Whom or what the word at the caret may mean. The focus stays in the field, which names the active one. */
export function CompletionList({ id, state }: { id: string; state: CompletionState }) {
  const { completions, active, pick, setActive } = state;
  return (
    <>
      <p className="visually-hidden" role="status">
        {completions.length === 0 ? '' : t('composer.suggestionCount', { count: completions.length })}
      </p>
      {completions.length === 0 ? null : (
        <div id={id} className="completions" role="listbox" aria-label={t('composer.suggestions')}>
          {completions.map((completion, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field has the keys
            <div
              key={completion.key}
              id={optionId(id, index)}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className="completion"
              // The field keeps the focus, and a phone its keyboard.
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setActive(index)}
              onClick={() => pick(completion)}
            >
              {completion.avatarUrl ? (
                <Avatar url={completion.avatarUrl} size={24} />
              ) : (
                <span aria-hidden="true">{completion.sign ?? '@'}</span>
              )}
              <bdi className="completion-label">{completion.label}</bdi>
              {completion.detail ? <bdi className="hint completion-detail">{completion.detail}</bdi> : null}
            </div>
          ))}
        </div>
      )}
    </>
  );
}
