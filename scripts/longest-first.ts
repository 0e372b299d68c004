import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes more than half a minute, the longest first, by the ends of file names. A new clone knows no durations. */
const LONGEST = [
  'faults/kills.test.ts',
  'faults/processes.test.ts',
  'faults/lost-words.test.ts',
  'faults/outages.test.ts',
  'faults/postgres-outage.test.ts',
  'both-modes.stack.test.ts',
  'distributed.stack.test.ts',
  'kafka-faults.stack.test.ts',
  'load.stack.test.ts',
  'api-fuzz.e2e.test.ts',
  'media.stack.test.ts',
  'removal.stack.test.ts',
  'both-modes.e2e.test.ts',
];

/** Begins each group with what takes longest, so that no worker is left alone with it at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const rank = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}`));
      return rank === -1 ? LONGEST.length : rank;
    };
    const groupOf = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return (await super.sort(files)).sort((a, b) => groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b));
  }
}
