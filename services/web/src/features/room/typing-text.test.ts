import { beforeAll, describe, expect, it } from 'vitest';
import { userOf } from '@parley/client/testing';
import { speak } from '../../texts/texts.js';
import { typingText } from './typing-text.js';

beforeAll(() => speak('en', ['en-GB']));

const people = new Map(['Ann', 'Bob', 'Cem', 'Dee'].map((name) => [name, userOf(name, name)]));

describe('typingText', () => {
  it.each([
    [[], ''],
    [['Ann'], 'Ann is typing…'],
    [['Ann', 'Bob'], 'Ann and Bob are typing…'],
    [['Ann', 'Bob', 'Cem'], 'Ann, Bob and Cem are typing…'],
    [['Ann', 'Bob', 'Cem', 'Dee'], 'Several people are typing…'],
    [['stranger'], 'Somebody is typing…'],
    [['Ann', 'stranger'], 'Several people are typing…'],
  ])('%j: %s', (userIds, text) => {
    expect(typingText(userIds, people)).toBe(text);
  });
});
