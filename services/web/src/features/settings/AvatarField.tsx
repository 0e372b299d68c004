import type { User } from '@parley/contracts';
import { useEffect, useRef, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { Avatar } from '../common/Avatar.js';
import { useSubmit } from '../common/use-submit.js';

interface AvatarFieldProps {
  readonly client: ChatClient;
  readonly user: User;
  readonly onSaved: (user: User) => void;
}

/** The picture of the person: pick one, look at it, then keep it; or go back to the generated one. */
export function AvatarField({ client, user, onSaved }: AvatarFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [picked, setPicked] = useState<File>();
  const preview = useObjectUrl(picked);
  const submit = useSubmit();
  const save = (avatar: File | null) =>
    submit.run(async () => {
      const { signal } = new AbortController();
      const media = avatar && (await client.api.uploadMedia({ file: avatar, altText: '', onProgress: () => undefined, signal }));
      onSaved(await client.api.call('PATCH /api/me', { body: { avatarMediaId: media?.id ?? null } }));
      setPicked(undefined);
    });
  return (
    <div className="avatar-field">
      <Avatar url={preview ?? user.avatarUrl} size={96} />
      <div>
        <div className="button-row">
          {picked ? (
            <>
              <button type="button" className="button primary" disabled={submit.isBusy} onClick={() => save(picked)}>
                {submit.isBusy ? t('settings.uploading') : t('settings.usePicture')}
              </button>
              <button type="button" className="button" disabled={submit.isBusy} onClick={() => setPicked(undefined)}>
                {t('common.cancel')}
              </button>
            </>
          ) : (
            <>
              <button type="button" className="button" onClick={() => input.current?.click()}>
                {t('settings.pickPicture')}
              </button>
              <button type="button" className="button" disabled={submit.isBusy} onClick={() => save(null)}>
                {t('settings.removePicture')}
              </button>
            </>
          )}
        </div>
        <p className="error" role="alert">
          {submit.error}
        </p>
      </div>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
        hidden
        onChange={(event) => {
          setPicked(event.currentTarget.files?.[0]);
          event.currentTarget.value = ''; // so that the same file can be picked again
        }}
      />
    </div>
  );
}

function useObjectUrl(file: File | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!file) return undefined;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(undefined);
    };
  }, [file]);
  return url;
}
