import { describe, expect, it } from 'vitest';
import type { Media } from './http/media.js';
import { previewOf } from './preview.js';

const file = (name: string): Media => ({ id: name, name, type: 'text/plain', size: 1, url: `/api/media/${name}` });

describe('previewOf', () => {
  it('makes one line of a text, at most 100 characters', () => {
    expect(previewOf({ text: '  a\n\n b ', attachments: [file('notes.txt')] })).toBe('a b');
    expect(previewOf({ text: '🦊'.repeat(200), attachments: [] })).toBe('🦊'.repeat(100));
  });

  it('names the file of a message without text, or counts them', () => {
    expect(previewOf({ text: '', attachments: [file('notes.txt')] })).toBe('notes.txt');
    expect(previewOf({ text: '', attachments: [file('a'), file('b'), file('c')] })).toBe('3 files');
    expect(previewOf({ text: '', attachments: [] })).toBe('');
  });
});
