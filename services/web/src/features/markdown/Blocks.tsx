import type { Block } from '@parley/markdown';
import { CodeBlock } from './CodeBlock.js';
import { Inlines } from './Inlines.js';
import type { TextContext } from './text-context.js';

/** Each with the direction of its own words. */
export function Blocks({ blocks, context }: { blocks: readonly Block[]; context: TextContext }) {
  return blocks.map((block, index) => <OneBlock key={index} block={block} context={context} />);
}

function OneBlock({ block, context }: { block: Block; context: TextContext }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p dir="auto">
          <Inlines inlines={block.children} context={context} />
        </p>
      );
    case 'code':
      return <CodeBlock language={block.language} text={block.text} />;
    case 'quote':
      return (
        <blockquote dir="auto">
          <Blocks blocks={block.children} context={context} />
        </blockquote>
      );
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index} dir="auto">
          <Blocks blocks={item} context={context} />
        </li>
      ));
      return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
  }
}
