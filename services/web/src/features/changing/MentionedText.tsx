import { mentionSpans } from '@parley/contracts';
import { Fragment, type ReactNode } from 'react';

/** Plain text in which the names of those who are meant stand out. */
export function MentionedText({ text, names }: { text: string; names: ReadonlySet<string> }) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const span of names.size > 0 ? mentionSpans(text) : []) {
    const name = span.names.find((candidate) => names.has(candidate));
    if (name === undefined) continue;
    const to = span.from + 1 + name.length;
    parts.push(
      <Fragment key={span.from}>
        {text.slice(end, span.from)}
        <span className="mention">{text.slice(span.from, to)}</span>
      </Fragment>,
    );
    end = to;
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  );
}
