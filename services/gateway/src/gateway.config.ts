import { defineConfig } from '@parley/runtime';
import { z } from 'zod';

const count = (least = 1) => z.coerce.number('must be a number').int('must be a whole number').min(least, `must be at least ${least}`);

export const gatewayConfig = defineConfig(
  'PARLEY_GATEWAY_',
  z.object({
    /** A connection that has not logged in by then is closed. */
    AUTH_DEADLINE_MS: count(100).default(10_000),
    /** Connections of one person, times `PARLEY_LIMITS_FACTOR`. */
    SOCKETS_PER_USER: count().default(20),
    /** Connections from one address, times `PARLEY_LIMITS_FACTOR`. */
    SOCKETS_PER_ADDRESS: count().default(200),
    /** Rooms that one socket may have open at a time. */
    OPEN_ROOMS_MAX: count().default(500),
    /** Accepted sends that wait for the log, over all sockets; more are answered with BUSY. */
    SENDS_IN_FLIGHT_MAX: count().default(2_000),
    /** Resumes (`rooms:sync`) that are started in a second. */
    SYNCS_PER_SECOND: count().default(50),
    /** How many are started at once after a quiet time. */
    SYNCS_BURST: count().default(100),
    /** About how often open rooms are compared with what is stored. */
    HEAD_CHECK_MS: count(100).default(2_500),
    /** A client that leaves more than this unread is cut; at half of it, typing and activity are left out. */
    OUTPUT_BUFFER_BYTES: count(1024).default(1024 * 1024),
    /** In rooms with more members nobody is told who is typing. */
    TYPING_MEMBERS_MAX: count(0).default(500),
    /** How long people of a gateway that died are taken for present; with this and a half of it everybody has noticed. */
    PRESENCE_LEASE_MS: count(1_000).default(30_000),
    /** How long a gateway takes to say goodbye when it is stopped. 0: at once. */
    DRAIN_WINDOW_MS: count(0).default(45_000),
  }),
);
