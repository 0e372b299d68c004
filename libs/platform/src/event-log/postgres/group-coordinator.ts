import { Logger } from '@nestjs/common';
import { TOPICS, type TopicName } from '@parley/contracts';
import type { PostgresSession } from '../../postgres/postgres-session.js';
import { ConsumerGroup } from './consumer-group.js';
import type { LogHeads } from './log-heads.js';
import type { OffsetStore } from './offset-store.js';

const TICK_MS = 1_000;
const CHANNEL = 'parley_log_groups';

/**
 * Shares the partitions of each group among the processes that run members of it. Whoever runs members holds a shared
 * advisory lock in the group's name, so all see the same list of processes and agree without talking: partition p
 * belongs to process number p modulo their count. An exclusive advisory lock per partition makes sure that nobody
 * begins before the one before him has let go. All locks hang on the session: a process that dies has none.
 */
export class GroupCoordinator {
  readonly #logger = new Logger(GroupCoordinator.name);
  readonly #groups = new Map<string, ConsumerGroup>();
  /** Names of groups and partitions whose lock this connection holds. */
  #locks = new Set<string>();
  /** Partitions whose last batch here is not over yet, by the name of their lock. */
  readonly #givingBack = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #isPending = false;
  #stop: (() => void)[] = [];

  constructor(
    /** Of this process, in notifications. */
    private readonly id: string,
    private readonly session: PostgresSession,
    private readonly heads: LogHeads,
    private readonly offsets: OffsetStore,
  ) {}

  async open(): Promise<void> {
    this.#stop = [
      this.session.onDown(() => this.#forgetAll()),
      this.session.onUp(() => void this.rebalance()),
      await this.session.listen(CHANNEL, (sender) => sender !== this.id && void this.rebalance()),
      await this.session.listen('parley_log', (payload) => {
        const [sender, topic, partition, end] = payload.split('/');
        // One's own records are known once they are in memory, a moment after this.
        if (sender !== this.id) this.heads.advance(topic as TopicName, Number(partition), Number(end));
      }),
    ];
    await this.#readHeads();
    this.#timer = setInterval(() => void this.#tick(), TICK_MS);
  }

  groupOf(name: string, topic: TopicName): ConsumerGroup {
    const key = `${name}/${topic}`;
    let group = this.#groups.get(key);
    if (!group) this.#groups.set(key, (group = new ConsumerGroup(name, topic, this.heads, this.offsets)));
    return group;
  }

  get groups(): ConsumerGroup[] {
    return [...this.#groups.values()];
  }

  /** Takes and gives back what changed; resolves when that is done. Never rejects: the next tick tries again. */
  rebalance(): Promise<void> {
    if (this.#isPending) return this.#work;
    this.#isPending = true;
    this.#work = this.#work.then(async () => {
      this.#isPending = false;
      try {
        if (this.session.isUp) await this.#rebalance();
      } catch (error) {
        if (this.session.isUp) this.#logger.warn(`partitions could not be shared out: ${(error as Error).message}`);
      }
    });
    return this.#work;
  }

  /** After a member has left: resolves when others may have what was its share, the last batch handled and committed. */
  async release(group: ConsumerGroup): Promise<void> {
    await this.rebalance();
    await Promise.all([...this.#givingBack].filter(([name]) => name.startsWith(lockOf(group, ''))).map(([, done]) => done));
    if (!group.hasMembers && group.heldPartitions.length === 0) this.#groups.delete(`${group.name}/${group.topic}`);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const stop of this.#stop) stop();
    await this.#work;
  }

  /** The safety net under the notifications, and the pulse that notices a dead connection. */
  async #tick(): Promise<void> {
    try {
      if (this.session.isUp) await this.#readHeads();
    } catch {
      return; // the session reconnects and says so
    }
    for (const group of this.#groups.values()) group.wake();
    await this.rebalance();
  }

  async #readHeads(): Promise<void> {
    const rows = await this.session.query<{ topic: TopicName; partition: number; next_offset: string }>(
      'SELECT topic, partition, next_offset FROM log.partitions',
    );
    for (const row of rows) this.heads.advance(row.topic, row.partition, Number(row.next_offset));
  }

  async #rebalance(): Promise<void> {
    const generation = this.session.generation;
    const hasChanged = await this.#showMembership();
    const shares = await this.#shares();
    for (const group of this.groups) {
      const wanted = shares.get(group) ?? [];
      const surplus = group.heldPartitions.filter((partition) => !wanted.includes(partition));
      if (surplus.length > 0) this.#startGivingBack(group, surplus);
      const missing = wanted.filter((partition) => !group.isHolding(partition) && !this.#givingBack.has(lockOf(group, partition)));
      const taken = await this.#tryLocks(missing.map((partition) => lockOf(group, partition)));
      const partitions = missing.filter((partition) => taken.has(lockOf(group, partition)));
      if (partitions.length === 0) continue;
      const committed = await this.offsets.claim(group.name, group.topic, partitions);
      if (generation !== this.session.generation || !this.session.isUp) return;
      for (const partition of partitions) group.hold(partition, committed.get(partition) ?? 0);
    }
    if (hasChanged) await this.#tellOthers();
  }

  /** Takes the shared lock of every group with members here and gives up the others. True when that changed anything. */
  async #showMembership(): Promise<boolean> {
    const wanted = new Set(this.groups.filter((group) => group.hasMembers).map(memberLockOf));
    const missing = [...wanted].filter((lock) => !this.#locks.has(lock));
    const surplus = [...this.#locks].filter((lock) => lock.startsWith('member ') && !wanted.has(lock));
    if (missing.length > 0) {
      await this.session.query('SELECT pg_advisory_lock_shared(hashtextextended(name, 0)) FROM unnest($1::text[]) name', [missing]);
      for (const lock of missing) this.#locks.add(lock);
    }
    if (surplus.length > 0) {
      await this.session.query('SELECT pg_advisory_unlock_shared(hashtextextended(name, 0)) FROM unnest($1::text[]) name', [surplus]);
      for (const lock of surplus) this.#locks.delete(lock);
    }
    return missing.length + surplus.length > 0;
  }

  /** The partitions that are this process's of each group with members here. */
  async #shares(): Promise<Map<ConsumerGroup, number[]>> {
    const groups = this.groups.filter((group) => this.#locks.has(memberLockOf(group)));
    if (groups.length === 0) return new Map();
    const rows = await this.session.query<{ name: string; rank: number; count: number }>(
      `WITH member AS (
         SELECT n.name, l.pid FROM unnest($1::text[]) n (name)
         JOIN pg_locks l ON l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(n.name, 0)
       )
       SELECT name, count(*)::int AS count, (count(*) FILTER (WHERE pid < pg_backend_pid()))::int AS rank FROM member GROUP BY name`,
      [groups.map(memberLockOf)],
    );
    const places = new Map(rows.map((row) => [row.name, row]));
    return new Map(
      groups.map((group) => {
        const { rank, count } = places.get(memberLockOf(group)) ?? { rank: 0, count: 1 };
        const partitions = Array.from({ length: TOPICS[group.topic].partitions }, (_, partition) => partition);
        return [group, partitions.filter((partition) => partition % count === rank)];
      }),
    );
  }

  async #tryLocks(names: readonly string[]): Promise<Set<string>> {
    const unknown = names.filter((name) => !this.#locks.has(name));
    if (unknown.length > 0) {
      const rows = await this.session.query<{ name: string; locked: boolean }>(
        'SELECT name, pg_try_advisory_lock(hashtextextended(name, 0)) AS locked FROM unnest($1::text[]) name',
        [unknown],
      );
      for (const row of rows) if (row.locked) this.#locks.add(row.name);
    }
    return new Set(names.filter((name) => this.#locks.has(name)));
  }

  #startGivingBack(group: ConsumerGroup, partitions: readonly number[]): void {
    const names = partitions.map((partition) => lockOf(group, partition));
    const done = this.#giveBack(group, partitions, names)
      .catch((error: Error) => this.#logger.warn(`partitions could not be given back: ${error.message}`))
      .then(() => {
        for (const name of names) this.#givingBack.delete(name);
        void this.rebalance();
      });
    for (const name of names) this.#givingBack.set(name, done);
  }

  /** Lets the batch in hand end, commits, unlocks, in this order: the next one begins where we stopped. */
  async #giveBack(group: ConsumerGroup, partitions: readonly number[], names: readonly string[]): Promise<void> {
    const generation = this.session.generation;
    await group.letGo(partitions);
    await this.offsets.flush().catch((error: Error) => this.#logger.warn(`offsets could not be committed: ${error.message}`));
    if (generation !== this.session.generation || !this.session.isUp) return; // the locks are gone already
    await this.session.query('SELECT pg_advisory_unlock(hashtextextended(name, 0)) FROM unnest($1::text[]) name', [names]);
    for (const name of names) this.#locks.delete(name);
    await this.#tellOthers();
  }

  /** The connection and all locks with it are gone; batches in hand end, but are not repeated. */
  #forgetAll(): void {
    this.#locks = new Set();
    for (const group of this.#groups.values()) if (group.heldPartitions.length > 0) this.#startGivingBack(group, group.heldPartitions);
  }

  async #tellOthers(): Promise<void> {
    await this.session.query('SELECT pg_notify($1, $2)', [CHANNEL, this.id]);
  }
}

const memberLockOf = (group: ConsumerGroup): string => `member parley.log/${group.name}/${group.topic}`;
const lockOf = (group: ConsumerGroup, partition: number | ''): string => `partition parley.log/${group.name}/${group.topic}/${partition}`;
