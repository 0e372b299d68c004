import type { TestProject } from 'vitest/node';
import type {} from '../src/testing/test-database.js';
import { TestServer } from '../src/testing/test-server.js';

/** One Postgres for the whole run; each test file makes databases of its own in it (`createTestDatabase`). */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await TestServer.start();
  project.provide('databaseServerUrl', server.url);
  return () => server.stop();
}
