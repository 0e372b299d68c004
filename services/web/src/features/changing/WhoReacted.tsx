import type { Message } from '@parley/contracts';
import { useEffect } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { Avatar } from '../common/Avatar.js';
import { useStore } from '../common/use-store.js';

/** Everybody behind each emoji, as far as the message names them. */
export function WhoReacted({ client, message: { reactions } }: { client: ChatClient; message: Message }) {
  const people = useStore(client.people.store);
  useEffect(() => client.people.need(reactions.flatMap(({ userIds }) => userIds)), [client, reactions]);
  return (
    <dl className="who-reacted">
      {reactions.map(({ emoji, count, userIds }) => (
        <div key={emoji}>
          <dt>
            {emoji} {count}
          </dt>
          {userIds.map((userId) => {
            const person = people.get(userId);
            return (
              <dd key={userId}>
                {person ? <Avatar url={person.avatarUrl} size={24} /> : null} <bdi>{person?.displayName ?? '…'}</bdi>
              </dd>
            );
          })}
          {count > userIds.length ? <dd className="hint">{t('changing.andMore', { count: count - userIds.length })}</dd> : null}
        </div>
      ))}
    </dl>
  );
}
