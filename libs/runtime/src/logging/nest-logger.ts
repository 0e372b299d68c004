import type { LoggerService } from '@nestjs/common';
import type { Level, Logger as PinoLogger } from 'pino';

/** What Nest tells of its own start is of interest only when the start itself is looked at. */
const CHATTY = new Set(['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver', 'WebSocketsController']);

/** Nest's `Logger` on pino: `logger.error('storing failed', error)`, `logger.warn('slow', { roomId, ms })`. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: PinoLogger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  /** Nest puts the context last; before it come an error, a stack, or fields. */
  #write(level: Level, message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const wanted = level === 'info' && context !== undefined && CHATTY.has(context) ? 'debug' : level;
    if (!this.pino.isLevelEnabled(wanted)) return;
    let record: Record<string, unknown> = context === undefined ? {} : { context };
    for (const part of [message, ...(context === undefined ? rest : rest.slice(0, -1))]) {
      if (part instanceof Error) record['err'] = part;
      else if (typeof part === 'object' && part !== null) record = { ...record, ...part };
      else if (part !== message && part !== undefined) record['stack'] = part;
    }
    this.pino[wanted](record, textOf(message));
  }
}

function textOf(message: unknown): string | undefined {
  if (message instanceof Error) return message.message;
  if (typeof message === 'string') return message;
  return typeof message === 'object' ? undefined : JSON.stringify(message);
}
