import { useEffect, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { NotificationWishes } from '../../state/notification-settings.js';
import { spokenLanguage, t } from '../../texts/texts.js';
import { useStore } from '../common/use-store.js';
import { useSubmit } from '../common/use-submit.js';
import { chime } from './chime.js';

/** What this browser may do to get its reader's attention. All of it is off until somebody asks for it. */
export function DeviceNotificationSettings({ client }: { client: ChatClient }) {
  const { notificationSettings: settings, push } = client;
  const wishes = useStore(settings.store);
  const submit = useSubmit();
  const [canPush, setCanPush] = useState(false);
  const [isDenied, setDenied] = useState(() => 'Notification' in globalThis && Notification.permission === 'denied');
  const canShow = 'Notification' in globalThis;

  useEffect(() => {
    let isGone = false;
    push.isPossible().then(
      (isPossible) => isGone || setCanPush(isPossible),
      () => undefined, // not known, not offered
    );
    return () => {
      isGone = true;
    };
  }, [push]);

  const isAllowed = async () => {
    const permission = await Notification.requestPermission();
    setDenied(permission === 'denied');
    return permission === 'granted';
  };
  const show = (isShown: boolean) =>
    submit.run(async () => {
      if (!isShown || (await isAllowed())) settings.set({ isShown });
    });
  const pushMessages = (isPushed: boolean) =>
    submit.run(async () => {
      if (isPushed && !(await isAllowed())) return;
      await (isPushed ? push.subscribe(spokenLanguage.get().language) : push.unsubscribe());
      settings.set({ isPushed });
    });
  const sound = (isHeard: boolean) => {
    settings.set({ isHeard });
    if (isHeard) chime().catch(() => undefined);
  };

  return (
    <section className="notification-settings" aria-label={t('notifications.onThisDevice')}>
      {canShow ? (
        <Wish of="isShown" wishes={wishes} label={t('notifications.show')} isBusy={submit.isBusy || isDenied} onChange={show} />
      ) : (
        <p className="hint">{t('notifications.unsupported')}</p>
      )}
      {canShow && canPush ? (
        <Wish of="isPushed" wishes={wishes} label={t('notifications.push')} isBusy={submit.isBusy || isDenied} onChange={pushMessages} />
      ) : null}
      <Wish of="isHeard" wishes={wishes} label={t('notifications.sound')} isBusy={submit.isBusy} onChange={sound} />
      <p className="hint">{t(isDenied ? 'notifications.denied' : 'notifications.perRoom')}</p>
      <p className="error" role="alert">
        {submit.error}
      </p>
    </section>
  );
}

interface WishProps {
  readonly of: keyof NotificationWishes;
  readonly wishes: NotificationWishes;
  readonly label: string;
  readonly isBusy: boolean;
  readonly onChange: (isWanted: boolean) => void;
}

function Wish({ of, wishes, label, isBusy, onChange }: WishProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={wishes[of]} disabled={isBusy} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}
