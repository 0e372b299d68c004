import { loadConfig } from '@parley/runtime';
import { describe, expect, it } from 'vitest';
import { objectStoreConfig } from './service.config.js';

const store = { PARLEY_S3_ENDPOINT: 'http://minio:9000', PARLEY_S3_ACCESS_KEY: 'parley', PARLEY_S3_SECRET_KEY: 'a secret of ours' };

describe('the configuration of the object store', () => {
  it('takes keys of the operator', () => {
    expect(() => loadConfig([objectStoreConfig], store)).not.toThrow();
  });

  it('refuses the keys that every new MinIO has', () => {
    const faults = () => loadConfig([objectStoreConfig], { ...store, PARLEY_S3_SECRET_KEY: 'minioadmin' });
    expect(faults).toThrow(/PARLEY_S3_SECRET_KEY: must not be the one that MinIO has/);
  });
});
