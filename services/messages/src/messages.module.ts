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
import { SearchController } from './http/search.controller.js';
import { MentionDirectory } from './people/mention-directory.service.js';
import { PeopleConsumer } from './people/people.consumer.js';
import { PeopleRepository } from './people/people.repository.js';
import { SenderDirectory } from './people/sender-directory.service.js';
import { CandidateFinder } from './search/candidate-finder.js';
import { ReadableRoomsService } from './search/readable-rooms.service.js';
import { SearchIndexRepository } from './search/search-index.repository.js';
import { SearchNames } from './search/search-names.service.js';
import { SearchRoomRepository } from './search/search-room.repository.js';
import { SearchConsumer } from './search/search.consumer.js';
import { SEARCHES_AT_ONCE, SearchDatabase } from './search/search.database.js';
import { SearchRepository } from './search/search.repository.js';
import { SearchService } from './search/search.service.js';
import { SpellingList } from './search/spelling-list.js';
import { ActivityNotices } from './storing/activity-notices.js';
import { MessageBatchRepository } from './storing/message-batch.repository.js';
import { MessageImport } from './storing/message-import.service.js';
import { MessageConsumer } from './storing/message.consumer.js';
import { MessagePersister } from './storing/message.persister.js';
import { StoredAnnouncer } from './storing/stored-announcer.js';
import { StoredMessages } from './storing/stored-messages.service.js';
import { StoredSignal } from './storing/stored-signal.js';
import { StoringMetrics } from './storing/storing-metrics.js';

@Module({
  controllers: [HistoryController, PostingController, ChangingController, SearchController],
  providers: [
    provideDatabase(MessagesDatabase, messagesSchema),
    MessageBatchRepository,
    MessagePersister,
    MessageConsumer,
    MessageImport,
    ActivityNotices,
    StoredAnnouncer,
    StoredSignal,
    StoringMetrics,
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
    provideDatabase(SearchDatabase, messagesSchema, { poolSize: SEARCHES_AT_ONCE }),
    SpellingList,
    SearchIndexRepository,
    SearchRoomRepository,
    SearchConsumer,
    ReadableRoomsService,
    SearchRepository,
    CandidateFinder,
    SearchNames,
    SearchService,
  ],
  exports: [HistoryService, ChangeOutcomeService, MessageImport],
})
export class MessagesModule {}
