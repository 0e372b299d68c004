import { Body, Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { NamedRooms, classicFiles, classicLine, isShown, usernameOf, type CookieCaller } from '@parley/chat';
import {
  ChatHistoryQuery,
  ClassicSendRequest,
  DirectAnswer,
  GetMessagesParams,
  GetMessagesQuery,
  HistoryAnswer,
  type ClassicChat,
  type ClassicChatLine,
  type ClassicLine,
  type Message,
} from '@parley/contracts';
import type { z } from 'zod';
import { CookieGuard, CurrentCookieCaller } from './cookie.guard.js';
import { PublicApi } from './public-api.js';

const CHATS_PER_PAGE = 100;

/** What the old clients ask for as JSON, told in their words. */
@Controller()
@UseGuards(CookieGuard)
export class ClassicChatController {
  constructor(
    private readonly rooms: NamedRooms,
    private readonly api: PublicApi,
  ) {}

  @Get('chat_history')
  async chatHistory(
    @CurrentCookieCaller() caller: CookieCaller,
    @Query({ schema: ChatHistoryQuery }) { room, limit }: ChatHistoryQuery,
  ): Promise<ClassicLine[]> {
    const { roomId, label } = await this.rooms.find(room, caller.userId);
    return (await this.newest(caller, roomId, limit)).map((message) => classicLine(message, label));
  }

  @Get('get_messages/:chatId')
  async getMessages(
    @CurrentCookieCaller() caller: CookieCaller,
    @Param({ schema: GetMessagesParams }) { chatId }: z.output<typeof GetMessagesParams>,
    @Query({ schema: GetMessagesQuery }) { limit }: GetMessagesQuery,
  ): Promise<ClassicChatLine[]> {
    const { roomId } = await this.rooms.find(chatId, caller.userId);
    return (await this.newest(caller, roomId, limit)).map((message) => ({
      id: message.id,
      chat_id: message.roomId,
      user_id: message.sender?.id ?? null,
      username: usernameOf(message),
      message_text: message.text,
      sent_at: message.createdAt,
      ...classicFiles(message),
    }));
  }

  @Get('chats')
  async chats(@CurrentCookieCaller() { accessToken }: CookieCaller): Promise<ClassicChat[]> {
    const chats = new Map<string, ClassicChat>(); // one that moves up meanwhile may come twice
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = new URLSearchParams({ limit: String(CHATS_PER_PAGE), ...(cursor === '' ? {} : { cursor }) });
      const page: DirectAnswer = await this.api.call(
        { service: 'rooms', path: `/api/chat/direct?${query.toString()}`, accessToken },
        DirectAnswer,
      );
      for (const { room, lastMessage } of page.direct)
        chats.set(room.id, {
          id: room.id,
          name: room.name,
          last_message: lastMessage?.preview ?? null,
          sent_at: lastMessage?.createdAt ?? null,
        });
      cursor = page.nextCursor;
    }
    return [...chats.values()];
  }

  @Post('send_message')
  @HttpCode(200)
  async sendMessage(
    @CurrentCookieCaller() caller: CookieCaller,
    @Body({ schema: ClassicSendRequest }) { chatId, text }: ClassicSendRequest,
  ): Promise<{ status: 'ok'; id: string }> {
    const { roomId } = await this.rooms.find(chatId, caller.userId);
    return { status: 'ok', id: await this.api.storeMessage(caller.accessToken, roomId, { text }) };
  }

  private async newest({ accessToken }: CookieCaller, roomId: string, limit: number): Promise<Message[]> {
    const path = `/api/chat/rooms/${roomId}/messages?limit=${limit}`;
    return (await this.api.call({ service: 'messages', path, accessToken }, HistoryAnswer)).messages.filter(isShown);
  }
}
