import type { Room } from '@parley/contracts';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import type { Router } from '../app/router.js';
import { Dialog } from '../common/Dialog.js';
import { useSubmit } from '../common/use-submit.js';

interface LeaveDialogProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly room: Room;
  readonly onClose: () => void;
}

/** Asks once more, and says what it takes to come back. */
export function LeaveDialog({ client, router, room, onClose }: LeaveDialogProps) {
  const { isBusy, error, run } = useSubmit();
  const leave = async () => {
    const isOnScreen = client.currentRoomId === room.id;
    await client.membership.leave(room.id);
    onClose();
    if (isOnScreen) router.go('/chat');
  };
  return (
    <Dialog title={t('room.leaveQuestion', { title: room.name })} onClose={onClose}>
      <p>{room.visibility === 'public' ? t('room.leavePublic') : t('room.leavePrivate')}</p>
      <p className="error" role="alert">
        {error}
      </p>
      <div className="button-row">
        <button type="button" className="button" onClick={onClose}>
          {t('room.stay')}
        </button>
        <button type="button" className="button primary" disabled={isBusy} onClick={() => run(leave)}>
          {t('room.leave')}
        </button>
      </div>
    </Dialog>
  );
}
