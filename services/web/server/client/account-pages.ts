import type { ErrorCode } from '@parley/contracts';
import { ERRORS } from '@parley/contracts';
import { etagOf, type ClientFile } from './client-files.js';

type AccountPath = '/login' | '/register';

/** What the client's page tells browsers without JavaScript. */
const WITHOUT_SCRIPTS = /<noscript>[\s\S]*?<\/noscript>/;
const USERNAME_RULES = 'pattern="[A-Za-z0-9_.\\-]{3,32}" minlength="3" maxlength="32"';
const FORMS: Readonly<Record<AccountPath, { title: string; fields: string; aside: string }>> = {
  '/login': {
    title: 'Log in',
    fields: `<p><label>User name<br><input name="username" autocomplete="username" autocapitalize="none" required></label></p>
<p><label>Password<br><input name="password" type="password" autocomplete="current-password" required></label></p>`,
    aside: '<p>New here? <a href="/register">Create an account</a></p>',
  },
  '/register': {
    title: 'Create an account',
    fields: `<p><label>User name<br><input name="username" autocomplete="username" autocapitalize="none" ${USERNAME_RULES} required></label><br>
<small>3 to 32 letters, digits and _ . -</small></p>
<p><label>Password<br><input name="password" type="password" autocomplete="new-password" maxlength="256"></label><br>
<small>At least 8 characters. Leave it empty to get a strong one.</small></p>`,
    aside: '<p>Already registered? <a href="/login">Log in</a></p>',
  },
};
const REGISTER_RULES =
  'User names have 3 to 32 letters, digits and _ . - only; passwords have at least 8 characters and are not one of the commonest.';

/** The pages that work without JavaScript: the client's own, with a form instead of the note that it needs scripts. */
export class AccountPages {
  private readonly pages: ReadonlyMap<string, ClientFile>;

  constructor(private readonly page: ClientFile) {
    const paths = Object.keys(FORMS) as AccountPath[];
    this.pages = new Map(
      paths.map((path) => {
        const body = Buffer.from(this.render(path));
        return [path, { ...page, body, etag: etagOf(body), encoded: new Map() }];
      }),
    );
  }

  find(path: string): ClientFile | undefined {
    return this.pages.get(path);
  }

  /** After a form that was refused. undefined: nothing that we would say. */
  findRefused(path: string, code: string): string | undefined {
    if (!this.pages.has(path) || !Object.hasOwn(ERRORS, code)) return undefined;
    const isRules = code === 'VALIDATION_FAILED' && path === '/register';
    return this.render(path as AccountPath, isRules ? REGISTER_RULES : ERRORS[code as ErrorCode].message);
  }

  private render(path: AccountPath, error?: string): string {
    const { title, fields, aside } = FORMS[path];
    const alert = error === undefined ? '' : `<p role="alert"><strong>${error}</strong></p>\n`;
    const form = `<form method="post" action="${path}">\n${fields}\n<p><button>${title}</button></p>\n</form>`;
    const content = `<noscript><main>\n<h1>${title}</h1>\n${alert}${form}\n${aside}\n</main></noscript>`;
    return this.page.body.toString().replace(WITHOUT_SCRIPTS, () => content);
  }
}
