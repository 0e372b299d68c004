import { useState } from 'react';
import { copyText } from '../common/copy-text.js';
import { Icon } from '../common/Icon.js';
import { t } from '../../texts/texts.js';
import { useHighlighted } from './use-highlighted.js';

export function CodeBlock({ language, text }: { language: string; text: string }) {
  const [isCopied, setCopied] = useState(false);
  const highlighted = useHighlighted(language, text);
  const copy = () =>
    copyText(text).then(
      () => setCopied(true),
      () => undefined,
    );
  return (
    <figure className="code-block" dir="ltr">
      <figcaption>
        <span>{language}</span>
        <button
          type="button"
          className="icon-button"
          aria-label={t('markdown.copyCode')}
          title={t('markdown.copyCode')}
          onClick={() => void copy()}
        >
          <Icon name={isCopied ? 'done' : 'copy'} />
        </button>
        <span className="visually-hidden" role="status">
          {isCopied ? t('markdown.copied') : ''}
        </span>
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable with the keyboard */}
      <pre tabIndex={0}>
        <code>{highlighted ?? text}</code>
      </pre>
    </figure>
  );
}
