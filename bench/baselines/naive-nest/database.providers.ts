import { DataSource } from 'typeorm';
import { Message } from './message.entity.js';

/** As in the TypeORM recipe of the Nest documentation. */
export const databaseProviders = [
  {
    provide: 'DATA_SOURCE',
    useFactory: async () => {
      const dataSource = new DataSource({ type: 'postgres', url: process.env['DATABASE_URL']!, entities: [Message], synchronize: true });
      return dataSource.initialize();
    },
  },
  {
    provide: 'MESSAGE_REPOSITORY',
    useFactory: (dataSource: DataSource) => dataSource.getRepository(Message),
    inject: ['DATA_SOURCE'],
  },
];
