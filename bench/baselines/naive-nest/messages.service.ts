import { Inject, Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { Message } from './message.entity.js';
import { SendMessageDto } from './messages.dto.js';

@Injectable()
export class MessagesService {
  constructor(@Inject('MESSAGE_REPOSITORY') private readonly messages: Repository<Message>) {}

  save(senderId: string, dto: SendMessageDto): Promise<Message> {
    return this.messages.save(this.messages.create({ senderId, ...dto }));
  }

  count(): Promise<number> {
    return this.messages.count();
  }
}
