import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { root, say } from './run.mjs';

/**
 * Runs `work` while no other process of this checkout installs or builds. SQLite holds the lock for us: the operating
 * system lets go of it when the process ends, however it ends, so there is no stale lock to judge.
 */
export async function exclusively(work) {
  const folder = path.join(root, '.cache');
  mkdirSync(folder, { recursive: true });
  using database = new DatabaseSync(path.join(folder, 'setup.lock'));
  for (let tries = 0; !tryLock(database); tries += 1) {
    if (tries === 0) say('another Parley is installing or building here; waiting …');
    await delay(100);
  }
  return await work();
}

function tryLock(database) {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (/locked/.test(error.message)) return false;
    throw error;
  }
}
