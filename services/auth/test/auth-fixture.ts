import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { LOG_EVENTS, RegisterAnswer } from '@parley/contracts';
import { createTestDatabase } from '@parley/db/testing';
import { EventLog, PlatformModule, logSchema, type LogRecord } from '@parley/platform';
import { bootstrap, createLogger, listenConfig, loadConfig, serverConfig, type RunningApp } from '@parley/runtime';
import { TEST_PASSWORD, uniqueUsername } from '@parley/testing';
import { accessTokenConfig, authConfig } from '../src/auth.config.js';
import { AuthDatabase, authSchema } from '../src/db/auth.database.js';
import { AuthAloneModule } from './auth-alone.module.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, else text. */
  readonly body: unknown;
  /** `name=value` of the session cookie that was set, if any. */
  readonly cookie: string | undefined;
  readonly setCookie: string[];
}

export interface Request {
  readonly body?: unknown;
  readonly token?: string;
  readonly cookie?: string | undefined;
  readonly headers?: Record<string, string>;
}

export interface Person extends RegisterAnswer {
  readonly cookie: string;
  readonly password: string;
}

interface Options {
  readonly env?: Record<string, string>;
  /** 0: without rate limits. */
  readonly limitsFactor?: number;
}

/** The auth service alone, with everything real: HTTP, Postgres, the event log. */
export class AuthFixture implements AsyncDisposable {
  readonly events: LogRecord[] = [];

  private constructor(
    readonly app: RunningApp,
    readonly database: AuthDatabase,
    readonly logLines: string[],
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start({ env = {}, limitsFactor = 0 }: Options = {}): Promise<AuthFixture> {
    const database = await createTestDatabase([logSchema, authSchema]);
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-auth-'));
    const platform = await PlatformModule.for({ mode: 'embedded', databaseUrl: database.url, dataDir, limitsFactor });
    const config = loadConfig([listenConfig, serverConfig, accessTokenConfig, authConfig], {
      PORT: '0',
      PARLEY_TRUST_PROXY: 'true',
      ...env,
    });
    const logLines: string[] = [];
    const destination = new Writable({ write: (chunk, _, done) => (logLines.push(String(chunk)), done()) });
    const logger = createLogger('trace', destination);
    const app = await bootstrap({ module: AuthAloneModule.on(platform), config, logger });
    const fixture = new AuthFixture(app, app.get(AuthDatabase), logLines, async () => {
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    });
    await app.get(EventLog).tail({ topic: 'chat.users', events: LOG_EVENTS, handle: (record) => void fixture.events.push(record) });
    return fixture;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await this.cleanUp();
  }

  get url(): string {
    return `http://127.0.0.1:${this.app.port}`;
  }

  async call(route: string, { body, token, cookie, headers = {} }: Request = {}): Promise<Answer> {
    const [method = 'GET', path = '/'] = route.split(' ');
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(cookie === undefined ? {} : { cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const setCookie = response.headers.getSetCookie();
    const cookiePair = setCookie.map((each) => each.split(';', 1)[0]).find((pair) => pair?.includes('parley_session='));
    const answer: Answer = {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
      cookie: cookiePair,
      setCookie,
    };
    this.noteSecrets(body, answer);
    return answer;
  }

  async register(username = uniqueUsername('auth'), extra: object = {}): Promise<Person> {
    const password = TEST_PASSWORD;
    const answer = await this.call('POST /api/register', { body: { username, password, ...extra } });
    if (answer.status !== 201) throw new Error(`register: ${answer.status} ${JSON.stringify(answer.body)}`);
    return { ...RegisterAnswer.parse(answer.body), cookie: answer.cookie ?? '', password };
  }

  /** As an attempt from this address. */
  async login(username: string, password: string, address = '198.51.100.1'): Promise<Answer> {
    return this.call('POST /api/login', { body: { username, password }, headers: { 'x-forwarded-for': address } });
  }

  /** What must appear in no log and no event: everything secret that went over the wire so far. */
  readonly secrets = new Set<string>();

  private noteSecrets(request: unknown, { body, cookie }: Answer): void {
    const named = { ...(request as object | undefined), ...(typeof body === 'object' ? body : {}) } as Record<string, unknown>;
    const values = ['password', 'currentPassword', 'newPassword', 'generatedPassword', 'accessToken'].map((key) => named[key]);
    for (const value of [...values, cookie?.split('=')[1]]) if (typeof value === 'string' && value.length >= 8) this.secrets.add(value);
  }

  async statusOf(person: { accessToken: string }): Promise<number> {
    return (await this.call('GET /api/me', { token: person.accessToken })).status;
  }
}
