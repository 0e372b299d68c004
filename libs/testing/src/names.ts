import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';

const suffix = () => randomBytes(5).toString('hex');

/** Names that no other test uses, so that tests can share one installation. */
export const uniqueUsername = (stem = 'user'): string => `${stem}_${suffix()}`;
export const uniqueRoomName = (stem = 'room'): string => `${stem} ${suffix()}`;

/** A key as our clients make them: a UUID in version 7. */
export const newClientMsgId = (): string => v7();

/** Long enough for every rule, on no list of common ones. */
export const TEST_PASSWORD = 'correct horse 7 battery';
