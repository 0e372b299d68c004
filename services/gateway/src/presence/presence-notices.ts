/** Between gateways: whose presence may have changed. */
export const PRESENCE_SUBJECT = 'presence';
export type PresenceNotice = readonly string[];
