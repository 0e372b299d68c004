import { changeOutcomesPort, messageHistoryPort } from '@parley/chat';
import type { ServiceDefinition } from '@parley/service';
import { messagesSchema } from './db/messages.database.js';
import { HistoryService } from './history/history.service.js';
import { ChangeOutcomeService } from './changing/change-outcome.service.js';
import { MessagesModule } from './messages.module.js';

export const messagesService: ServiceDefinition = {
  name: 'messages',
  module: MessagesModule,
  configs: [],
  schema: messagesSchema,
  answers: [
    { contract: messageHistoryPort, by: HistoryService },
    { contract: changeOutcomesPort, by: ChangeOutcomeService },
  ],
};
