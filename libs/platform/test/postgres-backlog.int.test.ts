import { logBacklogContract } from '../src/event-log/log-backlog.contract.js';
import { PostgresBacklog } from '../src/event-log/postgres/postgres-backlog.js';
import { postgresWorld, type PostgresWorld } from './postgres-world.js';

logBacklogContract(
  () => postgresWorld(),
  (world) => PostgresBacklog.open((world as PostgresWorld).url),
);
