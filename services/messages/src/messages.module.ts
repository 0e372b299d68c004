import { Module } from '@nestjs/common';
import { MessageChanger, MessagePoster } from '@parley/chat';
import { provideDatabase } from '@parley/db';
import { ChangeOutcomeService } from './changing/change-outcome.service.js';
import { ChangeRepository } from './changing/change.repository.js';
import { ChangeSignal } from './changing/change-signal.js';
import { CommandRepository } from './changing/command.repository.js';
import { CommandSweeper } from './changing/command-sweeper.js';
import { MessagesDatabase, messagesSchema } from './db/messages.database.js';
import { HistoryRepository } from './history/history.repository.js';
import { HistoryService } from './history/history.service.js';
import { MessageViewService } from './history/message-view.service.js';
import { ChangingController } from './http/changing.controller.js';
import { HistoryController } from './http/history.controller.js';
import { PostingController } from './http/posting.controller.js';
import { MentionDirectory } from './people/mention-directory.service.js';
import { PeopleConsumer } from './people/people.consumer.js';
import { PeopleRepository } from './people/people.repository.js';
import { SenderDirectory } from './people/sender-directory.service.js';
import { ActivityNotices } from './storing/activity-notices.js';
import { MessageBatchRepository } from './storing/message-batch.repository.js';
import { MessageImport } from './storing/message-import.service.js';
import { MessageConsumer } from './storing/message.consumer.js';
import { MessagePersister } from './storing/message.persister.js';
import { StoredAnnouncer } from './storing/stored-announcer.js';
import { StoredMessages } from './storing/stored-messages.service.js';
import { StoredSignal } from './storing/stored-signal.js';

@Module({
  controllers: [HistoryController, PostingController, ChangingController],
  providers: [
    provideDatabase(MessagesDatabase, messagesSchema),
    MessageBatchRepository,
    MessagePersister,
    MessageConsumer,
    MessageImport,
    ActivityNotices,
    StoredAnnouncer,
    StoredSignal,
    StoredMessages,
    HistoryRepository,
    HistoryService,
    MessageViewService,
    PeopleRepository,
    PeopleConsumer,
    SenderDirectory,
    MentionDirectory,
    ChangeRepository,
    ChangeSignal,
    ChangeOutcomeService,
    CommandRepository,
    CommandSweeper,
    MessagePoster,
    MessageChanger,
  ],
  exports: [HistoryService, ChangeOutcomeService, MessageImport],
})
export class MessagesModule {}
