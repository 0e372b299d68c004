import { describe, expect, it } from 'vitest';
import { complete, sought, tokensOf, withoutToken } from './search-tokens.js';

describe('what is searched for', () => {
  it('is cut as the server cuts it', () => {
    const pieces = tokensOf('lamp "red oil" from:alice -in:"My room" HAS:file from:').map(({ text, operator, value }) => [
      text,
      operator,
      value,
    ]);
    expect(pieces).toEqual([
      ['lamp', undefined, 'lamp'],
      ['"red oil"', undefined, 'red oil'],
      ['from:alice', 'from', 'alice'],
      ['-in:"My room"', 'in', 'My room'],
      ['HAS:file', 'has', 'file'],
      ['from:', 'from', ''],
    ]);
  });

  it('loses one piece', () => {
    const query = 'lamp from:alice oil';
    expect(withoutToken(query, tokensOf(query)[1]!)).toBe('lamp oil');
    expect(withoutToken('from:alice', tokensOf('from:alice')[0]!)).toBe('');
  });

  it('is completed where the caret is', () => {
    expect(sought('lamp from:al', 12)).toMatchObject({ operator: 'from', value: 'al' });
    expect(sought('lamp from:al', 3)).toBeUndefined();
    expect(sought('has:fi', 6)).toBeUndefined();
    const query = 'lamp -in:my oil';
    expect(complete(query, sought(query, 11)!, 'My room')).toEqual({ query: 'lamp -in:"My room" oil', caret: 19 });
    expect(complete('from:', sought('from:', 5)!, 'alice')).toEqual({ query: 'from:alice ', caret: 11 });
  });
});
