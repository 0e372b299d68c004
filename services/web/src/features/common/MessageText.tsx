import { memo, useMemo } from 'react';
import { MentionedText } from '../changing/MentionedText.js';
import { textParts } from './text-parts.js';

/** Text as it was written, with links; `names`, parted by blanks, are those of people whom it mentions. Built of elements: nothing in a message is ever read as HTML. */
export const MessageText = memo(function MessageText({ text, names = '' }: { text: string; names?: string }) {
  const mentioned = useMemo(() => new Set(names.split(' ').filter(Boolean)), [names]);
  return (
    <div className="message-text" dir="auto">
      {textParts(text).map((part, index) =>
        'href' in part ? (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {part.text}
          </a>
        ) : (
          <MentionedText key={index} text={part.text} names={mentioned} />
        ),
      )}
    </div>
  );
});
