import { describe, expect, it } from 'vitest';
import { routeOf, safeNext } from './router.js';

const ROOM = '0192a000-0000-7000-8000-0000000000aa';

describe('routeOf', () => {
  it.each([
    ['/login', { name: 'login' }],
    ['/register', { name: 'register' }],
    ['/chat', { name: 'chat', roomId: undefined }],
    ['/ChatPage', { name: 'chat', roomId: undefined }],
    [`/chat/${ROOM}`, { name: 'chat', roomId: ROOM }],
    [`/chat/${ROOM.toUpperCase()}`, { name: 'chat', roomId: ROOM }],
    ['/invite/Abc-1_2', { name: 'invite', code: 'Abc-1_2' }],
    ['/invite/', { name: 'chat', roomId: undefined }],
    [`/chat/${ROOM}/17`, { name: 'chat', roomId: ROOM, at: 17 }],
    [`/chat/${ROOM}/unread`, { name: 'chat', roomId: ROOM, at: 'unread' }],
    [`/chat/${ROOM}/0`, { name: 'chat', roomId: undefined }],
    [`/chat/${ROOM}/x`, { name: 'chat', roomId: undefined }],
    ['/chat/no-room', { name: 'chat', roomId: undefined }],
  ])('reads %s', (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });
});

describe('safeNext', () => {
  it('leads to rooms of this chat and nowhere else', () => {
    expect(safeNext(`?next=${encodeURIComponent(`/chat/${ROOM}`)}`)).toBe(`/chat/${ROOM}`);
    expect(safeNext(`?next=/chat/${ROOM}/17`)).toBe(`/chat/${ROOM}/17`);
    expect(safeNext('?next=/invite/Abc-1_2')).toBe('/invite/Abc-1_2');
    for (const next of [
      'https://evil.example/chat',
      '//evil.example/chat',
      '/chat/../api/logout',
      'javascript:alert(1)',
      '/chat\\@evil',
      '',
    ])
      expect(safeNext(`?next=${encodeURIComponent(next)}`)).toBe('/chat');
    expect(safeNext('')).toBe('/chat');
  });
});
