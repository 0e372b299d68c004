import { z } from 'zod';
import { MediaId } from '../ids.js';
import { Media, UploadForm } from './media.js';
import type { Route } from './route.js';

export const MediaParams = z.object({ id: MediaId });
/** The name is there for people and for the name of the download; the id decides. */
export const MediaFileParams = MediaParams.extend({ name: z.string() });

export const MEDIA_ROUTES = [
  {
    method: 'POST',
    path: '/api/media',
    service: 'media',
    summary: 'Upload a file',
    auth: 'bearer',
    body: UploadForm,
    bodyType: 'multipart/form-data',
    answers: { 201: Media },
    errors: ['MEDIA_TYPE_REFUSED', 'MEDIA_UNREADABLE', 'ORIGIN_REFUSED', 'BUSY'],
  },
  {
    method: 'GET',
    path: '/api/media/{id}/{name}',
    service: 'media',
    summary: 'The bytes of a file; an access token does as well as the cookie',
    auth: 'cookie',
    params: MediaFileParams,
    answers: { 200: 'application/octet-stream', 206: 'application/octet-stream', 304: null },
    errors: ['MEDIA_NOT_FOUND', 'RANGE_NOT_SATISFIABLE'],
  },
  {
    method: 'GET',
    path: '/api/media/{id}/thumbnail',
    service: 'media',
    summary: 'A small picture of an image; an access token does as well as the cookie',
    auth: 'cookie',
    params: MediaParams,
    answers: { 200: 'image/webp', 206: 'image/webp', 304: null },
    errors: ['MEDIA_NOT_FOUND', 'RANGE_NOT_SATISFIABLE'],
  },
  {
    method: 'DELETE',
    path: '/api/media/{id}',
    service: 'media',
    summary: 'Remove a file that was not posted',
    auth: 'bearer',
    params: MediaParams,
    answers: { 204: null },
    errors: ['MEDIA_NOT_FOUND', 'MEDIA_IN_USE', 'ORIGIN_REFUSED'],
  },
] as const satisfies readonly Route[];
