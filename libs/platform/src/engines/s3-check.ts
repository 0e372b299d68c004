import { S3ObjectStore, type S3ObjectStoreOptions } from '../object-store/s3-object-store.js';
import type { EngineCheck } from './engine-check.js';

/** The bucket is there for our credentials. */
export function s3Check(options: S3ObjectStoreOptions): EngineCheck {
  return {
    name: 's3',
    async assertUsable() {
      const store = new S3ObjectStore(options);
      try {
        await store.check();
      } finally {
        store.onApplicationShutdown();
      }
    },
  };
}
