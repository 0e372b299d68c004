import { useEffect, useState, type ReactNode } from 'react';
import type { CodePiece } from './highlighter.js';

/** Code in colours, once what knows its language is loaded and the browser has nothing else to do. */
export function useHighlighted(language: string, text: string): ReactNode | undefined {
  const [pieces, setPieces] = useState<readonly CodePiece[]>();
  useEffect(() => {
    if (language === '') return undefined;
    let isCurrent = true;
    const show = async () => {
      const { highlight } = await import('./highlighter.js');
      const found = await highlight(language, text);
      if (isCurrent) setPieces(found);
    };
    // Without its colours the code can be read all the same.
    show().catch((error: unknown) => console.warn('code is shown without colours', error));
    return () => {
      isCurrent = false;
    };
  }, [language, text]);
  return pieces === undefined ? undefined : <Pieces pieces={pieces} />;
}

function Pieces({ pieces }: { pieces: readonly CodePiece[] }) {
  return pieces.map((piece, index) =>
    typeof piece === 'string' ? (
      piece
    ) : (
      <span key={index} className={piece.className}>
        <Pieces pieces={piece.children} />
      </span>
    ),
  );
}
