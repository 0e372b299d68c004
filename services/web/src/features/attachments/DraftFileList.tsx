import { useEffect, useState } from 'react';
import type { DraftFile } from '../../state/draft-file.js';
import type { DraftFiles } from '../../state/draft-files.js';
import { Icon } from '../common/Icon.js';
import { onDemand } from '../common/on-demand.js';
import { sizeName } from '../common/sizes.js';
import { t } from '../../texts/texts.js';

const DescribeDialog = onDemand(async () => (await import('./DescribeDialog.js')).DescribeDialog);

interface DraftFileListProps {
  readonly files: DraftFiles;
  readonly drafts: readonly DraftFile[];
  readonly roomId: string;
  /** A file was taken off the list, and the button that did it with it. */
  readonly onRemoved: () => void;
}

/** What will be sent with the message, how far each file is, and what is wrong with it. */
export function DraftFileList({ files, drafts, roomId, onRemoved }: DraftFileListProps) {
  const [describing, setDescribing] = useState<string>();
  if (drafts.length === 0) return null;
  const described = drafts.find(({ key }) => key === describing);
  const readyCount = drafts.filter(({ state }) => state === 'ready').length;
  return (
    <>
      <ul className="draft-files" aria-label={t('attachments.toSend')}>
        {drafts.map((draft) => (
          <li key={draft.key} className="draft-file" data-state={draft.state}>
            <DraftPreview file={draft.file} />
            <div className="draft-about">
              <bdi className="draft-name">{draft.file.name}</bdi>
              <DraftState draft={draft} />
            </div>
            {draft.file.type.startsWith('image/') && draft.state !== 'failed' ? (
              <button
                type="button"
                className="icon-button"
                aria-label={t('attachments.describeFile', { name: draft.file.name })}
                title={t('attachments.describe')}
                aria-pressed={draft.altText !== ''}
                onClick={() => setDescribing(draft.key)}
              >
                <Icon name="text" />
              </button>
            ) : null}
            {draft.state === 'failed' && draft.canRetry ? (
              <button
                type="button"
                className="icon-button"
                aria-label={t('attachments.retry', { name: draft.file.name })}
                onClick={() => files.retry(roomId, draft.key)}
              >
                <Icon name="retry" />
              </button>
            ) : null}
            <button
              type="button"
              className="icon-button"
              aria-label={t(draft.state === 'uploading' ? 'attachments.cancel' : 'attachments.remove', { name: draft.file.name })}
              onClick={() => {
                files.remove(roomId, draft.key);
                onRemoved();
              }}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      <p className="visually-hidden" role="status">
        {t('attachments.uploaded', { ready: readyCount, count: drafts.length })}
      </p>
      {described ? (
        <DescribeDialog
          draft={described}
          onDone={(altText) => files.describe(roomId, described.key, altText)}
          onClose={() => setDescribing(undefined)}
        />
      ) : null}
    </>
  );
}

function DraftState({ draft: { state, progress, error, file } }: { draft: DraftFile }) {
  if (state === 'failed')
    return (
      <span className="error" role="alert">
        {error}
      </span>
    );
  if (state === 'ready') return <span className="hint">{sizeName(file.size)}</span>;
  // At the end the server still looks at it, and nobody knows for how long.
  return <progress aria-label={t('attachments.uploadOf', { name: file.name })} {...(progress < 1 ? { value: progress } : {})} max={1} />;
}

function DraftPreview({ file }: { file: File }) {
  const [url, setUrl] = useState<string>();
  const isImage = file.type.startsWith('image/') && file.type !== 'image/svg+xml';
  useEffect(() => {
    if (!isImage) return undefined;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file, isImage]);
  return (
    <span className="draft-preview">
      {url === undefined ? <Icon name="file" /> : <img src={url} alt="" onError={() => setUrl(undefined)} />}
    </span>
  );
}
