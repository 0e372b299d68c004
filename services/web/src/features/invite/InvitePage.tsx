import { isRetryable } from '@parley/client';
import { useEffect, useRef, useState } from 'react';
import { acceptInvite } from '../../net/room-api.js';
import type { ChatClient } from '../../state/chat-client.js';
import { roomPath, type Router } from '../app/router.js';
import { Link } from '../common/Link.js';
import { LoadFailure } from '../common/LoadFailure.js';
import { Notice } from '../common/Notice.js';
import { errorText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';

/** Where the link of an invitation leads: into the room, or to the reason why not. */
export function InvitePage({ client, router, code }: { client: ChatClient; router: Router; code: string }) {
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const asked = useRef('');

  useEffect(() => {
    if (asked.current === `${code} ${attempt}`) return; // an effect may run twice, an invitation is used once
    asked.current = `${code} ${attempt}`;
    setFailure(undefined);
    acceptInvite(client.api, code).then((room) => {
      client.knownRooms.learn(room);
      client.conversations.add(room);
      router.go(roomPath(room.id), 'replace');
    }, setFailure);
  }, [client, router, code, attempt]);

  const heading = <h1 className="visually-hidden">{t('invite.title')}</h1>;
  if (isRetryable(failure)) {
    return (
      <>
        {heading}
        <LoadFailure title={t('invite.notYet')} error={errorText(failure)} onRetry={() => setAttempt((before) => before + 1)} />
      </>
    );
  }
  if (failure === undefined) {
    return (
      <>
        {heading}
        <Notice title={t('invite.joining')} />
      </>
    );
  }
  return (
    <>
      {heading}
      <Notice
        title={t('invite.useless')}
        action={
          <Link router={router} href="/chat" className="button">
            {t('invite.toConversations')}
          </Link>
        }
      >
        {errorText(failure)}
      </Notice>
    </>
  );
}
