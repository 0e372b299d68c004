import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { EmbeddedPostgres } from '@parley/db';
import { AppModule } from './app.module.js';

// The same Postgres binaries with the same settings as the product, so that only the way of a message differs.
const postgres = await EmbeddedPostgres.start({ dataDir: process.env['DATA_DIR']!, log: () => undefined });
process.env['DATABASE_URL'] = postgres.url;
const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
await app.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGTERM', () => void app.close().then(() => postgres.stop().then(() => process.exit(0))));
console.log(`ready ${await app.getUrl()}`);
