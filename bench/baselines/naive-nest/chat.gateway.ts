import { UsePipes, ValidationPipe } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import { Server, Socket } from 'socket.io';
import { OpenRoomDto, SendMessageDto } from './messages.dto.js';
import { MessagesService } from './messages.service.js';

@UsePipes(new ValidationPipe({ whitelist: true, transform: true }))
@WebSocketGateway({ transports: ['websocket'] })
export class ChatGateway implements OnGatewayConnection {
  @WebSocketServer()
  server!: Server;

  constructor(private readonly messages: MessagesService) {}

  handleConnection(socket: Socket): void {
    socket.data.userId = socket.handshake.auth['token'];
    socket.emit('ready', { userId: socket.data.userId });
  }

  @SubscribeMessage('room:open')
  async onOpen(@ConnectedSocket() socket: Socket, @MessageBody() dto: OpenRoomDto) {
    await socket.join(dto.roomId);
    return { ok: true, data: { roomId: dto.roomId } };
  }

  @SubscribeMessage('message:send')
  async onSend(@ConnectedSocket() socket: Socket, @MessageBody() dto: SendMessageDto) {
    const message = await this.messages.save(socket.data.userId, dto);
    this.server.to(dto.roomId).emit('messages', { roomId: dto.roomId, messages: [message] });
    return { ok: true, data: { messageId: message.id, acceptedAt: message.createdAt } };
  }
}
