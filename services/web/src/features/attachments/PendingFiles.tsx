import type { PendingFile } from '../../state/outbox-store.js';
import { Icon } from '../common/Icon.js';
import { sizeName } from '../common/sizes.js';

/** Files that go to the server with their message. */
export function PendingFiles({ files }: { files: readonly PendingFile[] }) {
  if (files.length === 0) return null;
  return (
    <ul className="pending-files">
      {files.map(({ key, file }) => (
        <li key={key} className="hint">
          <Icon name="file" /> <bdi>{file.name}</bdi> {sizeName(file.size)}
        </li>
      ))}
    </ul>
  );
}
