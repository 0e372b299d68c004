import { Logger } from '@nestjs/common';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';
import { format } from './pretty-lines.js';
import { runInRequest } from './request-context.js';

const lines: Record<string, unknown>[] = [];
const destination = new Writable({
  write: (chunk: Buffer, _encoding, done) => (lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>), done()),
});
const pino = createLogger('debug', destination);

beforeEach(() => {
  lines.length = 0;
  Logger.overrideLogger(new NestLogger(pino));
});
afterEach(() => Logger.overrideLogger(false));

describe('a log line', () => {
  it('hides secrets, wherever they hang', () => {
    pino.info(
      {
        password: 'canary',
        headers: { authorization: 'canary', cookie: 'canary', 'set-cookie': 'canary', accept: 'text' },
        a: { b: { token: 'canary' } },
      },
      'x',
    );
    expect(JSON.stringify(lines)).not.toContain('canary');
    expect(lines[0]).toMatchObject({ headers: { accept: 'text' } });
  });

  it('tells errors with their causes, and not what drivers hang on them', () => {
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      parameters: ['canary'],
      query: 'INSERT',
      detail: 'Key (name)=(canary)',
    });
    pino.error({ err: new Error('storing failed', { cause }) }, 'x');
    expect(lines[0]).toMatchObject({ err: { message: 'storing failed', cause: { message: 'duplicate key', code: '23505' } } });
    expect(JSON.stringify(lines)).not.toContain('canary');
  });

  it('ends with a circle of causes', () => {
    const error = new Error('snake');
    error.cause = error;
    pino.error({ err: error }, 'x');
    expect(lines).toHaveLength(1);
  });

  it('carries the id of its request', async () => {
    await runInRequest('r-1', async () => {
      await Promise.resolve();
      pino.info('inside');
    });
    pino.info('outside');
    expect(lines.map(({ requestId }) => requestId)).toEqual(['r-1', undefined]);
  });
});

describe("Nest's logger", () => {
  it('takes texts, fields and errors', () => {
    const logger = new Logger('Kitchen');
    logger.log('cooking', { dish: 'soup' });
    logger.error('burnt', new Error('too hot'));
    logger.error(new Error('alone'));
    logger.error('with a stack', 'Error: x\n    at y');
    logger.debug({ only: 'fields' });
    expect(lines).toMatchObject([
      { level: 30, context: 'Kitchen', msg: 'cooking', dish: 'soup' },
      { level: 50, context: 'Kitchen', msg: 'burnt', err: { message: 'too hot' } },
      { level: 50, context: 'Kitchen', msg: 'alone', err: { message: 'alone' } },
      { level: 50, msg: 'with a stack', stack: 'Error: x\n    at y' },
      { level: 20, only: 'fields' },
    ]);
  });

  it('keeps the start of Nest for those who look for it', () => {
    new Logger('RouterExplorer').log('Mapped {/api, GET} route');
    expect(lines).toMatchObject([{ level: 20, context: 'RouterExplorer' }]);
  });
});

describe('a line for a terminal', () => {
  it('is short, with the stack below', () => {
    const time = new Date(2026, 0, 2, 3, 4, 5).getTime();
    expect(format({ level: 30, time, context: 'Main', msg: 'ready', url: 'http://x' })).toBe('03:04:05 info  Main: ready url=http://x\n');
    expect(format({ level: 50, time, msg: 'bad', err: { message: 'm', stack: 'Error: m\n    at x' } })).toBe(
      '03:04:05 error bad\n  Error: m\n    at x\n',
    );
  });
});
