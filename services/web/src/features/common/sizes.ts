import { perLocale } from '../../texts/format-message.js';
import { locale, t } from '../../texts/texts.js';

const number = perLocale((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }));

/** As people say it: 812 bytes, 3.4 KB, 16 MB. */
export function sizeName(bytes: number): string {
  if (bytes < 1024) return t('common.bytes', { count: bytes });
  if (bytes < 1024 * 1024) return `${number(locale()).format(bytes / 1024)} KB`;
  return `${number(locale()).format(bytes / (1024 * 1024))} MB`;
}
