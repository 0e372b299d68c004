import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  ConfigError,
  ConfigModule,
  configOf,
  defineConfig,
  listenConfig,
  loadConfig,
  serverConfig,
  type ConfigDefinition,
  type ConfigOf,
} from '../index.js';

const shopConfig = defineConfig(
  'PARLEY_SHOP_',
  z.object({ OPEN: z.stringbool().default(false), SHELVES: z.coerce.number().int().default(3), KEY: z.string().min(10).optional() }),
);
const houseConfig = defineConfig('PARLEY_HOUSE_', z.object({ NAME: z.string() }));

const folder = mkdtempSync(join(tmpdir(), 'parley-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function faultsOf(definitions: readonly ConfigDefinition[], env: Record<string, string>): readonly string[] {
  try {
    loadConfig(definitions, env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).faults;
  }
}

describe('loadConfig', () => {
  it('reads what is set, takes empty for not set, and falls back', () => {
    const loaded = loadConfig([shopConfig], { PARLEY_SHOP_OPEN: 'true', PARLEY_SHOP_SHELVES: '', HOME: '/root' });
    expect(configOf(loaded, shopConfig)).toEqual({ OPEN: true, SHELVES: 3 });
    expect(configOf(loadConfig([shopConfig], { PARLEY_SHOP_OPEN: 'false' }), shopConfig).OPEN).toBe(false);
  });

  it('lists all faults at once and never a value', () => {
    const env = {
      PARLEY_SHOP_OPEN: 'secret1',
      PARLEY_SHOP_SHELVES: 'secret2',
      PARLEY_SHOP_KEY: 'secret3',
      PARLEY_SHOP_KAY: 'secret4',
      PARLEY_OTHER: 'secret5',
    };
    const faults = faultsOf([shopConfig, houseConfig], env);
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'PARLEY_SHOP_OPEN',
      'PARLEY_SHOP_SHELVES',
      'PARLEY_SHOP_KEY',
      'PARLEY_HOUSE_NAME',
      'PARLEY_SHOP_KAY',
      'PARLEY_OTHER',
    ]);
    expect(new ConfigError(faults).message).not.toMatch(/secret\d|\n/);
  });

  it('reads secrets from files', () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'a long enough key\n');
    expect(configOf(loadConfig([shopConfig], { PARLEY_SHOP_KEY_FILE: file }), shopConfig).KEY).toBe('a long enough key');
    expect(faultsOf([shopConfig], { PARLEY_SHOP_KEY_FILE: join(folder, 'nothing') })).toEqual([
      'PARLEY_SHOP_KEY_FILE: cannot be read (ENOENT)',
    ]);
    expect(faultsOf([shopConfig], { PARLEY_SHOP_KEY_FILE: file, PARLEY_SHOP_KEY: 'another long key' })).toEqual([
      'PARLEY_SHOP_KEY: is given twice, also as PARLEY_SHOP_KEY_FILE',
    ]);
  });

  it('lets several definitions share a prefix', () => {
    const more = defineConfig('PARLEY_SHOP_', z.object({ DOOR: z.string().default('blue') }));
    const loaded = loadConfig([shopConfig, more], { PARLEY_SHOP_DOOR: 'green', PARLEY_SHOP_SHELVES: '4' });
    expect([configOf(loaded, shopConfig).SHELVES, configOf(loaded, more).DOOR]).toEqual([4, 'green']);
  });
});

describe('ConfigModule', () => {
  it('gives each part its own settings', async () => {
    @Injectable()
    class Shop {
      constructor(@Inject(shopConfig.token) readonly config: ConfigOf<typeof shopConfig>) {}
    }
    @Module({ providers: [Shop] })
    class ShopModule {}
    @Module({})
    class Root {}
    const config = ConfigModule.for(loadConfig([shopConfig], { PARLEY_SHOP_SHELVES: '9' }));
    const app = await NestFactory.createApplicationContext({ module: Root, imports: [config, ShopModule] }, { logger: false });
    expect(app.get(Shop, { strict: false }).config.SHELVES).toBe(9);
    await app.close();
  });
});

describe('the variables of every process', () => {
  const server = (env: Record<string, string>) => configOf(loadConfig([serverConfig, listenConfig], env), serverConfig);

  it('have safe defaults', () => {
    const loaded = loadConfig([serverConfig, listenConfig], {});
    expect(configOf(loaded, serverConfig)).toEqual({ ALLOWED_ORIGINS: [], LOG_LEVEL: 'info', TRUST_PROXY: 0 });
    expect(configOf(loaded, listenConfig)).toEqual({ PORT: 8080, HOST: '127.0.0.1' });
  });

  it('take origins, in any of the ways people write them', () => {
    expect(server({ PARLEY_PUBLIC_URL: 'HTTPS://Chat.Example:443/' }).PUBLIC_URL).toBe('https://chat.example');
    expect(server({ PARLEY_ALLOWED_ORIGINS: ' https://a.example , http://b.example:81,' }).ALLOWED_ORIGINS).toEqual([
      'https://a.example',
      'http://b.example:81',
    ]);
  });

  it.each([
    '*',
    'null',
    'chat.example',
    'https://chat.example/path',
    'https://user@chat.example',
    'ftp://chat.example',
    'javascript:alert(1)',
    'https://a.example https://b.example',
    'https://chat.example/?x',
    'https://*.example/#',
  ])('refuse %s as an origin', (origin) => {
    expect(faultsOf([serverConfig], { PARLEY_PUBLIC_URL: origin })).toHaveLength(1);
    expect(faultsOf([serverConfig], { PARLEY_ALLOWED_ORIGINS: `https://fine.example,${origin}` })).toHaveLength(1);
  });

  it.each([
    ['false', 0],
    ['true', 1],
    ['2', 2],
  ])('read TRUST_PROXY=%s as %i', (text, count) => {
    expect(server({ PARLEY_TRUST_PROXY: text }).TRUST_PROXY).toBe(count);
  });

  it.each([
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', 'http'],
    ['PORT', ' '],
    ['PARLEY_MANAGEMENT_PORT', 'x'],
    ['PARLEY_TRUST_PROXY', 'yes'],
    ['PARLEY_LOG_LEVEL', 'loud'],
  ])('refuse %s=%s', (name, value) => {
    expect(faultsOf([serverConfig, listenConfig], { [name]: value })).toHaveLength(1);
  });
});
