/** What keeps us from Postgres, in words that say how to mend it and without the password: `variable` is where its address comes from. */
export function postgresTrouble(error: unknown, url: string, variable = 'PARLEY_DATABASE_URL'): Error {
  const { host, pathname, username } = new URL(url);
  const { code = '', message } = error as { code?: string; message: string };
  const say = (text: string) => new Error(`Postgres at ${host} ${text}`, { cause: error });
  switch (code) {
    case '28P01':
    case '28000':
      return say(`refuses the credentials of "${decodeURIComponent(username)}": correct ${variable}`);
    case '3D000':
      return say(`has no database "${decodeURIComponent(pathname.slice(1))}": create it, or correct ${variable}`);
    case '42501':
      return say(
        `does not let "${decodeURIComponent(username)}" do what is needed (${message}): grant it, or run the migrations as the owner`,
      );
    case '57P03':
      return say('is starting or stopping');
    case '53300':
      return say(`has no connection left (${message}): raise max_connections, or run fewer processes`);
    default:
      // Postgres itself spoke, or a migration did.
      if (/^[0-9A-Z]{5}$/.test(code)) return say(`answers: ${message} (${code})`);
      return say(`cannot be reached: ${message || code}; is ${variable} right?`);
  }
}
