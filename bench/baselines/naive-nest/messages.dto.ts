import { IsNotEmpty, IsString, IsUUID, Matches, MaxLength } from 'class-validator';

export class OpenRoomDto {
  @IsUUID()
  roomId!: string;
}

export class SendMessageDto {
  @IsUUID()
  roomId!: string;

  @Matches(/^[A-Za-z0-9_-]{1,64}$/)
  clientMsgId!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  text!: string;
}
