import { Controller, Get, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import type { ConversationsAnswer } from '@parley/contracts';
import { ConversationService } from '../conversations/conversation.service.js';

@Controller('api/chat/conversations')
@UseGuards(SessionGuard)
export class ConversationsController {
  constructor(private readonly conversations: ConversationService) {}

  @Get()
  list(@CurrentCaller() { userId }: Caller): Promise<ConversationsAnswer> {
    return this.conversations.list(userId);
  }
}
