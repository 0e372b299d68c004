import { answerFromShell, dropOldShells, keepShell } from './offline-shell.js';
import { handlePush, openNotification } from './pushed.js';

declare const self: ServiceWorkerGlobalScope;

/** A new version waits until somebody asks for it or the last window of the old one is closed: no page changes under its reader. */
self.addEventListener('install', (event) => event.waitUntil(keepShell()));

self.addEventListener('activate', (event) => {
  event.waitUntil(
    // Pages are asked for while the worker wakes up, so that it costs them nothing.
    Promise.all([dropOldShells(), self.registration.navigationPreload?.enable(), self.clients.claim()]),
  );
});

self.addEventListener('message', (event) => {
  if (event.data === 'activate') event.waitUntil(self.skipWaiting());
});

self.addEventListener('fetch', (event) => {
  const answer = answerFromShell(event);
  if (answer) event.respondWith(answer);
});

self.addEventListener('push', (event) => event.waitUntil(handlePush(event.data)));
self.addEventListener('notificationclick', (event) => event.waitUntil(openNotification(event.notification)));
