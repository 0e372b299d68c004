import type { Media } from '@parley/contracts';
import { sizeName } from '../common/sizes.js';
import { Icon } from '../common/Icon.js';

/** A file that the browser does not show. */
export function DownloadCard({ media }: { media: Media }) {
  return (
    <a className="download-card" href={media.url} download={media.name}>
      <Icon name="file" />
      <span className="download-name">
        <bdi>{media.name}</bdi>
        <span className="hint">{sizeName(media.size)}</span>
      </span>
      <Icon name="download" />
    </a>
  );
}
