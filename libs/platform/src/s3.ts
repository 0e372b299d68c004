/** What speaks S3: apart from the rest, so that only processes of the distributed mode load its client. */
export * from './object-store/s3-object-store.js';
