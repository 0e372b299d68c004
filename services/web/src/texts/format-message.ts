/** A message of the catalogue, taken apart when the client was built. Text alone where nothing is put in. */
export type CompiledMessage = string | readonly CompiledToken[];

/** Text, a value by its name, the number of the plural around it (`#`), cases to choose from, or what stands in a tag. */
export type CompiledToken =
  | string
  | 0
  | readonly [name: string, kind?: undefined]
  | readonly [name: string, kind: 'plural' | 'select', cases: Readonly<Record<string, readonly CompiledToken[]>>]
  | readonly [name: string, kind: 'tag', content: readonly CompiledToken[]];

export type Catalogue = Readonly<Record<string, CompiledMessage>>;

/** `T`: what values and tags may be beside text, elements for example. */
export interface FormatOptions<T> {
  /** BCP 47. */
  readonly locale: string;
  readonly values: Readonly<Record<string, T | string | number>>;
  /** Puts a tag around what the message has in it. */
  readonly wrap: (tag: string, content: readonly (T | string)[]) => T | string;
}

/** The parts of a message in their order. What values contain is never read as a message: it goes in as it is. */
export function formatMessage<T>(message: CompiledMessage, options: FormatOptions<T>): (T | string)[] {
  return typeof message === 'string' ? [message] : partsOf(message, options, 0);
}

function partsOf<T>(tokens: readonly CompiledToken[], options: FormatOptions<T>, count: number): (T | string)[] {
  const { locale, values, wrap } = options;
  return tokens.flatMap((token): (T | string)[] => {
    if (typeof token === 'string') return [token];
    if (token === 0) return [formatNumber(count, locale)];
    if (token[1] === 'tag') return [wrap(token[0], partsOf(token[2], options, count))];
    const value = values[token[0]];
    if (token[1] === undefined) return [typeof value === 'number' ? formatNumber(value, locale) : (value ?? '')];
    const [, kind, cases] = token;
    const number = kind === 'plural' ? Number(value) : count;
    const chosen = cases[`=${number}`] ?? cases[kind === 'plural' ? pluralRules(locale).select(number) : String(value)] ?? cases['other'];
    return partsOf(chosen ?? [], options, number);
  });
}

const formatNumber = (value: number, locale: string): string => numberFormat(locale).format(value);

const numberFormat = perLocale((locale) => new Intl.NumberFormat(locale));
const pluralRules = perLocale((locale) => new Intl.PluralRules(locale));

/** They are dear to make. */
export function perLocale<F>(make: (locale: string) => F): (locale: string) => F {
  const made = new Map<string, F>();
  return (locale) => {
    const known = made.get(locale) ?? make(locale);
    made.set(locale, known);
    return known;
  };
}
