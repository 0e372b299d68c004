import type account from './en/account.json';
import type app from './en/app.json';
import type common from './en/common.json';
import type error from './en/error.json';

/** Files of texts, one per folder of `features/` and one for errors; each exists in every language. */
interface Files {
  readonly account: typeof account;
  readonly app: typeof app;
  readonly common: typeof common;
  readonly error: typeof error;
}

/** `<file>.<name>` */
export type TextKey = { [F in keyof Files]: `${F}.${keyof Files[F] & string}` }[keyof Files];
