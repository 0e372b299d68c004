import { Fragment, type ReactNode } from 'react';
import { findMessage, locale } from '../../texts/texts.js';
import { formatMessage } from '../../texts/format-message.js';
import type { TextKey } from '../../texts/text-keys.js';

interface TextProps {
  readonly of: TextKey;
  readonly values?: Readonly<Record<string, ReactNode>>;
  /** What `<name>…</name>` in the text becomes. */
  readonly tags?: Readonly<Record<string, (content: ReactNode) => ReactNode>>;
}

/** A text with elements in it: `<Text of="account.newHere" tags={{ link: (words) => <Link …>{words}</Link> }} />`. For all others there is `t`. */
export function Text({ of, values = {}, tags = {} }: TextProps) {
  const keyed = (parts: readonly ReactNode[]) => parts.map((part, index) => <Fragment key={index}>{part}</Fragment>);
  return keyed(
    formatMessage<ReactNode>(findMessage(of), {
      locale: locale(),
      values,
      wrap: (tag, content) => tags[tag]?.(keyed(content)) ?? keyed(content),
    }),
  );
}
