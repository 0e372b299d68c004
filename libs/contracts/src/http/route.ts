import type { z } from 'zod';
import type { ErrorCode } from '../errors/catalogue.js';

type BodyType = 'application/json' | 'application/x-www-form-urlencoded' | 'multipart/form-data';

/** One HTTP call of the contract; OpenAPI is generated from these. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly service: 'auth' | 'rooms' | 'messages' | 'media' | 'web' | 'every';
  readonly summary: string;
  /** `bearer`: an access token; `cookie`: the session cookie alone; `none`: open to everyone. */
  readonly auth: 'bearer' | 'cookie' | 'none';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Of the body, where it is not JSON. */
  readonly bodyType?: BodyType | readonly BodyType[];
  /** Status -> body; `null` for none, a string for a content type that is not JSON. */
  readonly answers: Readonly<Record<number, z.ZodType | string | null>>;
  /** Beyond VALIDATION_FAILED, UNAUTHENTICATED, RATE_LIMITED and UNAVAILABLE, which any call may answer. */
  readonly errors: readonly ErrorCode[];
  /** Where an error has another status than in the catalogue. */
  readonly errorStatus?: Readonly<Partial<Record<ErrorCode, number>>>;
}

/** What any call about one room may answer. */
export const ROOM_ERRORS = ['ROOM_NOT_FOUND', 'BANNED'] as const satisfies readonly ErrorCode[];
