export type HistoryFaultKind =
  /** Acknowledged and not stored. */
  | 'lost'
  /** One key or one message id stored twice. */
  | 'duplicated'
  /** Stored, and nobody attempted it. */
  | 'phantom'
  /** Stored with another text or id than promised. */
  | 'altered'
  | 'rejected-but-stored'
  /** `seq` of a room is not 1, 2, 3 … */
  | 'gap'
  /** One person's messages stand in another order than sent. */
  | 'sender-order'
  /** A client saw a message at another place than it is stored, or went back. */
  | 'client-order'
  /** A client saw a message twice. */
  | 'client-repeat'
  /** A client passed over messages. */
  | 'client-hole'
  /** A client does not know the newest messages. */
  | 'client-tail'
  /** A client saw what is not stored. */
  | 'client-phantom';

export interface HistoryFault {
  readonly kind: HistoryFaultKind;
  readonly roomId: string;
  /** For people. */
  readonly detail: string;
}
