/** The picture of a person, always beside the name: it says nothing that the name does not. */
export function Avatar({ url, size = 40 }: { url: string; size?: number }) {
  return <img className="avatar" src={url} alt="" width={size} height={size} loading="lazy" decoding="async" />;
}
