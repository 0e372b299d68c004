import { useEffect, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf } from '../../state/conversations.js';
import { t } from '../../texts/texts.js';
import { copyText } from '../common/copy-text.js';
import { Dialog } from '../common/Dialog.js';
import { fullTime } from '../common/times.js';
import { useStore } from '../common/use-store.js';
import { reportOf } from './connection-report.js';

const MEASURE_EVERY_MS = 3_000;

/** What is known of the connection, for the curious and for bug reports. Nothing of what is written is in it. */
export function ConnectionDialog({ client, onClose }: { client: ChatClient; onClose: () => void }) {
  const facts = useStore(client.truth.store);
  const { status } = useStore(client.connectionState);
  const [isCopied, setCopied] = useState(false);
  const [rooms, setRooms] = useState(() => client.openPositions());

  useEffect(() => {
    const measure = () => {
      setRooms(client.openPositions());
      void client.measureConnection();
    };
    measure();
    const timer = setInterval(measure, MEASURE_EVERY_MS);
    return () => clearInterval(timer);
  }, [client]);

  const copy = async () => {
    await copyText(reportOf({ status, facts, rooms, at: new Date().toISOString(), agent: navigator.userAgent }));
    setCopied(true);
  };
  return (
    <Dialog title={t('connection.title')} onClose={onClose}>
      <dl className="facts">
        <dt>{t('connection.state')}</dt>
        <dd>{status === 'online' ? t('connection.online') : t('connection.offline')}</dd>
        <dt>{t('connection.since')}</dt>
        <dd>{facts.onlineSince === undefined ? '–' : fullTime(facts.onlineSince)}</dd>
        <dt>{t('connection.roundTrip')}</dt>
        <dd>{facts.roundTripMs === undefined ? '–' : t('connection.milliseconds', { count: facts.roundTripMs })}</dd>
        <dt>{t('connection.reconnects')}</dt>
        <dd>{facts.reconnects}</dd>
        <dt>{t('connection.gateway')}</dt>
        <dd>
          <code>{facts.gatewayId ?? '–'}</code>
        </dd>
      </dl>
      <section className="dialog-section" aria-labelledby="open-rooms">
        <h3 id="open-rooms">{t('connection.rooms')}</h3>
        <ul>
          {rooms.map(({ roomId, lastSeq, isOpen }) => {
            const room = client.findRoom(roomId);
            return (
              <li key={roomId}>
                <bdi>{room ? titleOf(room) : roomId}</bdi>{' '}
                <span className="hint">
                  {t('connection.position', { seq: lastSeq })}
                  {isOpen ? ` · ${t('connection.isOpen')}` : ''}
                </span>
              </li>
            );
          })}
        </ul>
      </section>
      <div className="button-row">
        <button type="button" className="button" onClick={() => client.checkConnection()}>
          {t('connection.check')}
        </button>
        <button type="button" className="button primary" onClick={() => void copy().catch(() => setCopied(false))}>
          {isCopied ? t('connection.copied') : t('connection.copy')}
        </button>
      </div>
    </Dialog>
  );
}
