import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { ParleyError } from '@parley/contracts';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Metrics } from '@parley/telemetry';
import { Client, S3Error, type BucketItem } from 'minio';
import { ObjectStore, assertObjectKey, type StoredObject } from './object-store.js';
import { s3Agent } from './s3-agent.js';
import { explained, isBeyondEnd, isMissing } from './s3-fault.js';
import { S3Spool } from './s3-spool.js';
import { verified } from './verified.js';

export interface S3ObjectStoreOptions {
  /** `http://host:port` or `https://host`. */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Must exist. */
  readonly bucket: string;
  /** Default: us-east-1, which servers other than Amazon's accept. */
  readonly region?: string;
}

const HASH_HEADER = 'x-amz-meta-sha256';
/** Objects whose hashes are asked for at once while listing. */
const LIST_BATCH = 16;

/**
 * Objects in a bucket of any S3 server. A `put` is one request that carries the size and the hash of the whole body, so the
 * server stores all of it or nothing.
 *
 * The slashes of keys become dots, which no key has and which sort as slashes do: several servers keep objects as files and
 * could not have `a` beside `a/b`.
 */
export class S3ObjectStore extends ObjectStore implements OnApplicationShutdown {
  readonly #client: Client;
  readonly #agent: ReturnType<typeof s3Agent>;
  readonly #bucket: string;
  readonly #endpoint: string;
  readonly #region: string;
  readonly #isSecure: boolean;
  readonly #errors;

  constructor({ endpoint, accessKey, secretKey, bucket, region = 'us-east-1' }: S3ObjectStoreOptions, metrics?: Metrics) {
    super();
    this.#errors = metrics?.counter({
      name: 'parley_object_store_errors_total',
      help: 'Requests that the object store failed: it said so (answer), or no answer came (connection).',
      labelNames: ['kind'],
    });
    const url = new URL(endpoint);
    this.#isSecure = url.protocol === 'https:';
    this.#agent = s3Agent(this.#isSecure);
    this.#bucket = bucket;
    this.#endpoint = url.origin;
    this.#region = region;
    this.#client = new Client({
      endPoint: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      useSSL: this.#isSecure,
      accessKey,
      secretKey,
      region,
      pathStyle: true,
      transportAgent: this.#agent,
      // A body can be sent once only, and callers know better what is worth another try.
      retryOptions: { disableRetry: true },
    });
  }

  /** For readiness: rejects, saying what is wrong, unless the bucket is there for these credentials. */
  async check(): Promise<void> {
    const exists = await this.#explain(this.#client.bucketExists(this.#bucket));
    if (!exists) throw explained({ code: 'NoSuchBucket', message: '' }, this.#place);
  }

  override async put(key: string, body: Readable, { maxBytes }: { maxBytes: number }): Promise<StoredObject> {
    assertObjectKey(key);
    await using spool = await S3Spool.receive(body, maxBytes);
    const { size, sha256 } = spool;
    const headers = { 'content-length': String(size), 'content-type': 'application/octet-stream', [HASH_HEADER]: sha256 };
    const request = { method: 'PUT', bucketName: this.#bucket, objectName: nameOf(key), headers };
    // Without TLS the signature covers the hash of the body, and the server checks it.
    const signed = this.#isSecure ? '' : sha256;
    const response = await this.#explain(this.#client.makeRequestStreamAsync(request, spool.open(), signed, [200], this.#region));
    response.resume();
    return { key, size, sha256 };
  }

  override async find(key: string): Promise<StoredObject | undefined> {
    return (await this.#find(key))?.stored;
  }

  override async get(key: string, range?: { start: number; end: number }): Promise<Readable> {
    assertObjectKey(key);
    if (range && range.start > range.end) {
      throw new ParleyError((await this.find(key)) ? 'RANGE_NOT_SATISFIABLE' : 'MEDIA_NOT_FOUND');
    }
    let bytes: IncomingMessage;
    try {
      const name = nameOf(key);
      bytes = (await (range
        ? this.#client.getPartialObject(this.#bucket, name, range.start, range.end - range.start + 1)
        : this.#client.getObject(this.#bucket, name))) as IncomingMessage;
    } catch (error) {
      if (isMissing(error)) throw new ParleyError('MEDIA_NOT_FOUND');
      if (isBeyondEnd(error)) throw new ParleyError('RANGE_NOT_SATISFIABLE');
      throw this.#fault(error);
    }
    // The callback only keeps `pipeline` from throwing: faults reach the reader through the stream that it holds.
    return range ? bytes : pipeline(bytes, verified(String(bytes.headers[HASH_HEADER])), () => undefined);
  }

  override async delete(key: string): Promise<void> {
    assertObjectKey(key);
    await this.#explain(this.#client.removeObject(this.#bucket, nameOf(key)));
  }

  override async *list(prefix: string): AsyncIterable<StoredObject & { readonly modifiedAt: Date }> {
    let keys: string[] = [];
    const items = this.#client.listObjectsV2(this.#bucket, nameOf(prefix), true) as AsyncIterable<BucketItem>;
    try {
      for await (const { name } of items) {
        if (name === undefined || !isName(name)) continue; // none of ours
        if (keys.push(keyOf(name)) < LIST_BATCH) continue;
        yield* await this.#describe(keys);
        keys = [];
      }
    } catch (error) {
      throw this.#fault(error);
    }
    yield* await this.#describe(keys);
  }

  onApplicationShutdown(): void {
    this.#agent.destroy();
  }

  get #place(): { endpoint: string; bucket: string } {
    return { endpoint: this.#endpoint, bucket: this.#bucket };
  }

  async #describe(keys: readonly string[]): Promise<(StoredObject & { readonly modifiedAt: Date })[]> {
    const found = await Promise.all(keys.map((key) => this.#find(key)));
    return found.flatMap((entry) => (entry ? [{ ...entry.stored, modifiedAt: entry.modifiedAt }] : [])); // some were deleted meanwhile
  }

  async #find(key: string): Promise<{ stored: StoredObject; modifiedAt: Date } | undefined> {
    assertObjectKey(key);
    try {
      const { size, metaData, lastModified } = await this.#client.statObject(this.#bucket, nameOf(key));
      const sha256 = (metaData as Record<string, string>).sha256;
      return sha256 === undefined ? undefined : { stored: { key, size, sha256 }, modifiedAt: lastModified };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.#fault(error);
    }
  }

  #fault(error: unknown): Error {
    this.#errors?.inc({ kind: error instanceof S3Error ? 'answer' : 'connection' });
    return explained(error, this.#place);
  }

  async #explain<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.#fault(error);
    }
  }
}

const nameOf = (key: string): string => key.replaceAll('/', '.');
const keyOf = (name: string): string => name.replaceAll('.', '/');
const isName = (name: string): boolean => /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name);
