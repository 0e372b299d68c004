import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

/** A connection on which nothing moves for so long is cut; the client itself would wait for ever. */
const SILENCE_MS = 60_000;

/** Keeps connections open, and ends those that have fallen silent with an error for whoever uses them. */
export function s3Agent(isSecure: boolean): HttpAgent {
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = createConnection(options, callback) as Socket;
    socket.setTimeout(SILENCE_MS);
    socket.on('timeout', () => socket.destroy(new Error(`S3 said nothing for ${SILENCE_MS / 1_000} s`)));
    return socket;
  };
  return agent;
}
