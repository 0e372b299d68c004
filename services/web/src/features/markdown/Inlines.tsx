import { inlineText, type Inline } from '@parley/markdown';
import { RoomLink } from './RoomLink.js';
import { Spoiler } from './Spoiler.js';
import type { TextContext } from './text-context.js';

export function Inlines({ inlines, context }: { inlines: readonly Inline[]; context: TextContext }) {
  return inlines.map((inline, index) => <OneInline key={index} inline={inline} context={context} />);
}

function OneInline({ inline, context }: { inline: Inline; context: TextContext }) {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'break':
      return <br />;
    case 'code':
      return <code>{inline.text}</code>;
    case 'mention':
      return <Mention text={inline.text} names={inline.names} context={context} />;
    case 'room':
      return <RoomLink name={inline.name} text={inline.text} context={context} />;
    case 'spoiler':
      return (
        <Spoiler text={inlineText(inline.children, { spoilers: 'show' })}>
          <Inlines inlines={inline.children} context={context} />
        </Spoiler>
      );
    case 'link': {
      const isOpen = inlineText(inline.children, { spoilers: 'show' }) === inline.href;
      return (
        <a href={inline.href} target="_blank" rel="noopener noreferrer nofollow ugc" title={isOpen ? undefined : inline.href}>
          <Inlines inlines={inline.children} context={context} />
        </a>
      );
    }
    case 'strong':
    case 'emphasis':
    case 'strike': {
      const Tag = TAGS[inline.kind];
      return (
        <Tag>
          <Inlines inlines={inline.children} context={context} />
        </Tag>
      );
    }
  }
}

const TAGS = { strong: 'strong', emphasis: 'em', strike: 's' } as const;

function Mention({ text, names, context: { mentioned, ownName } }: { text: string; names: readonly string[]; context: TextContext }) {
  const name = names.find((candidate) => mentioned.has(candidate));
  if (name === undefined) return text;
  return (
    <bdi className="mention" data-me={name === ownName}>
      {text}
    </bdi>
  );
}
