/** Shorter words have too many neighbours. */
const GUESSED_MIN = 4;
/** From this length on two slips are forgiven. */
const TWO_SLIPS_MIN = 8;
const GUESSES_MAX = 8;

export const isGuessed = (word: string): boolean => word.length >= GUESSED_MIN;

/** Those of the candidates that somebody may have meant who typed this, the likeliest first. */
export function likelySpellings(typed: string, candidates: readonly string[]): string[] {
  const allowed = typed.length >= TWO_SLIPS_MIN ? 2 : 1;
  return candidates
    .map((word) => ({ word, slips: slipsBetween(typed, word) }))
    .filter(({ slips }) => slips > 0 && slips <= allowed)
    .sort((a, b) => a.slips - b.slips)
    .slice(0, GUESSES_MAX)
    .map(({ word }) => word);
}

/** Letters left out, too many, wrong or changed with their neighbour: the least number that explains one word by the other. */
export function slipsBetween(one: string, other: string): number {
  const [a, b] = [Array.from(one), Array.from(other)];
  let beforeLast: number[] = [];
  let last = b.map((_, index) => index + 1);
  last.unshift(0);
  for (const [row, letter] of a.entries()) {
    const current = [row + 1];
    for (const [column, against] of b.entries()) {
      const isSwapped = row > 0 && column > 0 && letter === b[column - 1] && a[row - 1] === against;
      current.push(
        Math.min(
          last[column + 1]! + 1,
          current[column]! + 1,
          last[column]! + (letter === against ? 0 : 1),
          isSwapped ? beforeLast[column - 1]! + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last.at(-1)!;
}
