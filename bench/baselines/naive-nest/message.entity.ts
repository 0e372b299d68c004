import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity()
export class Message {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Index()
  @Column()
  roomId!: string;

  @Column()
  senderId!: string;

  @Column()
  clientMsgId!: string;

  @Column()
  text!: string;

  @CreateDateColumn()
  createdAt!: Date;
}
