const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** As people say it: 812 bytes, 3.4 KB, 16 MB. */
export function sizeName(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${number.format(bytes / 1024)} KB`;
  return `${number.format(bytes / (1024 * 1024))} MB`;
}
