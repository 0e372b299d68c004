import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { PeerAnswersController, PeerPorts, SERVICE_CREDENTIAL, type AnsweredPort } from './peer-answers.controller.js';
import type { PortContract } from './port-contract.js';

/** One port that this process answers, and the provider that does it. */
export interface AnsweringPort {
  readonly contract: PortContract;
  readonly by: Type;
}

/** Answers other services' questions under `/internal`; for processes that share nothing but the network. */
@Module({})
export class PeerAnswersModule {
  static for(options: { ports: readonly AnsweringPort[]; imports: readonly (Type | DynamicModule)[]; credential: string }): DynamicModule {
    return {
      module: PeerAnswersModule,
      imports: [...options.imports],
      controllers: [PeerAnswersController],
      providers: [
        { provide: SERVICE_CREDENTIAL, useValue: options.credential },
        {
          provide: PeerPorts,
          inject: options.ports.map(({ by }) => by),
          useFactory: (...instances: object[]) =>
            new PeerPorts(
              options.ports.map(({ contract }, index): AnsweredPort => ({
                contract,
                instance: instances[index] as AnsweredPort['instance'],
              })),
            ),
        },
      ],
    };
  }
}
