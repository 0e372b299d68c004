import { useEffect, useRef, useState } from 'react';
import type { ConnectionState } from '@parley/client';
import type { ChatClient } from '../../state/chat-client.js';
import { codeText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';
import { useCommandCentre } from '../commands/use-commands.js';
import { useStore } from '../common/use-store.js';

const BACK_ONLINE_MS = 3_000;
/** As long as that it waits to learn what came meanwhile. */
const CATCH_UP_MS = 15_000;
/** A connection that is back this fast was hardly gone: nothing is said about it. */
const QUIET_MS = 800;

/** Says when messages do not flow, and when they do again. Silent otherwise. */
export function ConnectionBar({ client }: { client: ChatClient }) {
  const state = useStore(client.connectionState);
  const missed = useStore(client.truth.missed);
  const { isTrouble, isBack } = useTrouble(state, missed !== undefined);
  const commands = useCommandCentre();
  const secondsLeft = useSecondsLeft(state.status === 'waiting' ? state.retryAtMs : undefined);

  let text = '';
  if (isBack) text = missed ? t('connection.backWith', { count: missed }) : t('app.backOnline');
  else if (isTrouble && state.status === 'connecting') text = t('app.connecting');
  else if (isTrouble && state.status === 'waiting') {
    const why = !navigator.onLine ? t('app.offline') : state.refusal ? codeText(state.refusal) : t('app.noConnection');
    text = secondsLeft > 0 ? t('app.againIn', { why, seconds: secondsLeft }) : t('app.againAfter', { error: why });
  }
  return (
    <div className="connection-bar" role="status" data-state={isBack ? 'back' : text === '' ? 'none' : 'trouble'}>
      {text === '' ? null : <span>{text}</span>}
      {isTrouble && state.status === 'waiting' ? (
        <button type="button" className="link-button" onClick={() => client.connection.retryNow()}>
          {t('app.tryNow')}
        </button>
      ) : null}
      {isTrouble ? (
        <button type="button" className="link-button" onClick={() => commands.open('connection')}>
          {t('connection.details')}
        </button>
      ) : null}
    </div>
  );
}

function useTrouble(state: ConnectionState, isCaughtUp: boolean): { isTrouble: boolean; isBack: boolean } {
  const [shown, setShown] = useState<'nothing' | 'trouble' | 'back'>('nothing');
  const isOnline = state.status === 'online';
  const shownRef = useRef(shown);
  shownRef.current = shown;
  useEffect(() => {
    if (!isOnline) {
      const timer = setTimeout(() => setShown('trouble'), QUIET_MS);
      return () => clearTimeout(timer);
    }
    if (shownRef.current === 'nothing') return undefined;
    setShown('back');
    const timer = setTimeout(() => setShown('nothing'), isCaughtUp ? BACK_ONLINE_MS : CATCH_UP_MS);
    return () => clearTimeout(timer);
  }, [isOnline, isCaughtUp]);
  return { isTrouble: shown === 'trouble' && !isOnline, isBack: shown === 'back' };
}

function useSecondsLeft(atMs: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (atMs === undefined) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [atMs]);
  return atMs === undefined ? 0 : Math.max(0, Math.ceil((atMs - now) / 1_000));
}
