import type { TopicName } from '@parley/contracts';
import { inSpan } from '@parley/telemetry';

/** Whoever handles the record finds this span in it. */
export const appendInSpan = (topic: TopicName, append: () => Promise<void>): Promise<void> =>
  inSpan(
    `send ${topic}`,
    {
      kind: 'producer',
      attributes: { 'messaging.system': 'parley', 'messaging.operation.name': 'send', 'messaging.destination.name': topic },
    },
    append,
  );
