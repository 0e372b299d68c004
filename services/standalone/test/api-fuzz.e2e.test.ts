import { ChatClient } from '@parley/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentWith, settle } from './support/fuzz-document.js';
import { startProduct, type Product } from './support/product.js';
import { Schemathesis } from './support/schemathesis.js';

const SECONDS = 40;
/** It would end the session that all others need. */
const WITHOUT = ['postLogout'];
const FORMS = ['postMedia'];

const fuzzer = await Schemathesis.find().catch((error: Error) => {
  if (process.env['PARLEY_STACK'] === 'required') throw error;
  console.error(`!!! THE API IS NOT FUZZED !!! ${error.message}`);
  return undefined;
});

/** Thousands of requests that the published OpenAPI document allows, or does not: what answers them is as it says. */
describe.skipIf(!fuzzer)('the API, fuzzed', () => {
  let product: Product;
  let folder: string;

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn' } });
    folder = await mkdtemp(path.join(tmpdir(), 'parley-fuzz-'));
  });

  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers nothing with 5xx, and everything as documented', { timeout: (SECONDS + 60) * 1_000 }, async () => {
    const [alice, bob] = await Promise.all([0, 1].map(() => new ChatClient({ url: product.url }).register()));
    const document = path.join(folder, 'openapi.json');
    await writeFile(document, await documentWith(await settle(alice!, bob!)));
    const { accessToken } = alice!.http;
    const run = { document, url: product.url, accessToken, seconds: SECONDS, without: WITHOUT, forms: FORMS };
    const { isClean, output } = await fuzzer!.run(run);
    expect(isClean, output).toBe(true);
    console.log(output.match(/^ *\d+ generated.*$|^Seed.*$/gm)?.join('\n') ?? output);
    expect(product.logs.filter((line) => /"level":"(error|fatal)"|\bERROR\b/.test(line))).toEqual([]);
  });
});
