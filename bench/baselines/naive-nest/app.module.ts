import { Controller, Get, Module } from '@nestjs/common';
import { ChatGateway } from './chat.gateway.js';
import { databaseProviders } from './database.providers.js';
import { MessagesService } from './messages.service.js';

/** For the benchmark: what it acknowledged must be there. */
@Controller('stored')
class StoredController {
  constructor(private readonly messages: MessagesService) {}

  @Get()
  async count() {
    return { stored: await this.messages.count() };
  }
}

@Module({ controllers: [StoredController], providers: [...databaseProviders, MessagesService, ChatGateway] })
export class AppModule {}
