import { ConfigError, configOf, loadConfig } from '@parley/runtime';
import { expect, it } from 'vitest';
import { accessTokenConfig, authConfig } from './auth.config.js';

const load = (env: Record<string, string>) => loadConfig([accessTokenConfig, authConfig], env);

it('has defaults that are safe', () => {
  const loaded = load({});
  expect(configOf(loaded, accessTokenConfig)).toEqual({ ACCESS_TOKEN_SECONDS: 600 });
  expect(configOf(loaded, authConfig)).toEqual({ HASH_MEMORY_KIB: 19_456, HASH_PASSES: 2, HASH_SLOTS: 2, HASH_QUEUE: 50, KEY_DAYS: 30 });
});

it.each([
  { PARLEY_ACCESS_TOKEN_SECONDS: '0' },
  { PARLEY_ACCESS_TOKEN_SECONDS: '3601' },
  { PARLEY_ACCESS_TOKEN_SECONDS: 'ten minutes' },
  { PARLEY_AUTH_HASH_MEMORY_KIB: '8192' },
  { PARLEY_AUTH_HASH_PASSES: '1' },
  { PARLEY_AUTH_HASH_SLOTS: '0' },
  { PARLEY_AUTH_HASH_QUEUE: '1.5' },
])('refuses %j', (env) => {
  expect(() => load(env)).toThrow(ConfigError);
});
