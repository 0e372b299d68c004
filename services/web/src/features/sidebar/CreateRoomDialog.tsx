import { LIMITS } from '@parley/contracts';
import type { FormEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { Field } from '../common/Field.js';
import { useSubmit } from '../common/use-submit.js';
import { roomPath, type Router } from '../app/router.js';
import { Dialog } from '../common/Dialog.js';
import { t } from '../../texts/texts.js';

export function CreateRoomDialog({ client, router, onClose }: { client: ChatClient; router: Router; onClose: () => void }) {
  const submit = useSubmit('name', 'topic');
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    submit.run(async () => {
      const room = await client.membership.create({
        name: String(data.get('name')),
        topic: String(data.get('topic')),
        visibility: data.get('isPrivate') === null ? 'public' : 'private',
      });
      onClose();
      router.go(roomPath(room.id));
    });
  };
  return (
    <Dialog title={t('sidebar.newRoom')} onClose={onClose}>
      <form onSubmit={onSubmit}>
        <Field
          label={t('common.name')}
          name="name"
          maxLength={LIMITS.roomNameMax}
          autoComplete="off"
          required
          data-first-focus
          error={submit.errorOf('name')}
        />
        <Field
          label={t('common.topic')}
          name="topic"
          maxLength={LIMITS.topicMax}
          autoComplete="off"
          hint={t('sidebar.topicHint')}
          error={submit.errorOf('topic')}
        />
        <label className="check">
          <input type="checkbox" name="isPrivate" />
          <span>
            {t('common.private')}
            <span className="hint">{t('common.privateHint')}</span>
          </span>
        </label>
        <p className="error" role="alert">
          {submit.error}
        </p>
        <div className="button-row">
          <button type="submit" className="button primary" disabled={submit.isBusy}>
            {submit.isBusy ? t('sidebar.creating') : t('sidebar.createRoom')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
