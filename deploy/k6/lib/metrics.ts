import { Counter, Trend } from 'k6/metrics';

/** From the first byte to `ready`. */
export const connectTime = new Trend('parley_connect_time', true);
/** From `message:send` to its acknowledgement, repeats included. */
export const ackTime = new Trend('parley_ack_time', true);
/** From `message:send` to its arrival at somebody else; by the clock of one runner. */
export const deliveryTime = new Trend('parley_delivery_time', true);
/** From the loss of a connection until everything that was missed is there. */
export const reconnectTime = new Trend('parley_reconnect_time', true);
/** Of `rooms:sync` and `room:open`. */
export const catchUpTime = new Trend('parley_catch_up_time', true);
export const historyTime = new Trend('parley_history_time', true);

export const sent = new Counter('parley_sent');
export const acked = new Counter('parley_acked');
export const delivered = new Counter('parley_delivered');
export const retried = new Counter('parley_retried');
/** Sends that were refused for good. */
export const refused = new Counter('parley_refused');
export const connectFailed = new Counter('parley_connect_failed');
export const reconnected = new Counter('parley_reconnected');
/** Gaps that a person noticed and closed by asking. */
export const repaired = new Counter('parley_repaired');

/** Came behind a later one, because the gateway had missed it, and said so. */
export const mended = new Counter('parley_mended');

/** Told again, as after a repair: clients know it by its `seq`. */
export const repeated = new Counter('parley_repeated');

/** Stored, and never came by itself, nor when a client that noticed asked; or acknowledged, and never stored. */
export const lost = new Counter('parley_lost');
/** One message at two places of a room, or two at one. */
export const duplicated = new Counter('parley_duplicated');
/** Came behind a later one, and not because the gateway mended something. */
export const outOfOrder = new Counter('parley_out_of_order');
/** Who were not connected in the end, or got no answer to their last question: nothing is known of what they miss. */
export const stranded = new Counter('parley_stranded');

/** Nothing may be lost, doubled or out of order, and something must have happened at all. */
export const PROMISES: Record<string, string[]> = {
  parley_lost: ['count==0'],
  parley_duplicated: ['count==0'],
  parley_out_of_order: ['count==0'],
  parley_refused: ['count==0'],
  parley_stranded: ['count==0'],
  parley_acked: ['count>0'],
  parley_delivered: ['count>0'],
};
