/** In words for an operator. */
export function redisTrouble({ message }: Error, url: string): string {
  const { host } = new URL(url);
  if (/WRONGPASS|NOAUTH|NOPERM|invalid username-password/i.test(message)) {
    return `Redis at ${host} refuses the credentials of PARLEY_REDIS_URL: correct them.`;
  }
  return `Redis at ${host} cannot be reached: ${message}; is PARLEY_REDIS_URL right?`;
}
