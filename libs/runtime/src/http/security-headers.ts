import helmet from 'helmet';

/** For answers of the API, which are no pages: nothing in them may run, load or be framed. Pages bring their own policy. */
export const securityHeaders = (isHttps: boolean) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    // With `no-referrer` browsers send `Origin: null` with our own forms, and we would refuse them.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: isHttps,
    xFrameOptions: { action: 'deny' },
  });
