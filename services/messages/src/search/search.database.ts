import { Database } from '@parley/db';

/** Connections of their own: however many people search, storing and history do not wait for them. */
export class SearchDatabase extends Database {}

/** Searches of one process at a time; the others wait for their turn. */
export const SEARCHES_AT_ONCE = 4;
