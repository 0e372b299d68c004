// `npm run dlq`: lists what consumers have set aside because nobody could handle it, and brings it back to where it came from.
// The log is the one of PARLEY_KAFKA_BROKERS; without it that of the embedded mode, in PARLEY_DATABASE_URL or PARLEY_DATA_DIR.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { EmbeddedPostgres, findRunningServer } from '@parley/db';
import { TOPIC_NAMES } from '@parley/contracts';
import { PostgresDeadLetters, type DeadLetters, type WaitingLetter } from '@parley/platform';

const USAGE = `usage: npm run dlq -- [list] [--topic NAME] [--text]       what was set aside; --text shows the records too: what people wrote
       npm run dlq -- replay ID... | --all [--topic NAME]   brings it back; fix what was wrong with it first`;

/** The operator has to put it right: one line, exit code 1. */
class Refusal extends Error {}

interface Command {
  readonly ids: readonly string[];
  readonly isReplay: boolean;
  readonly all: boolean;
  readonly text: boolean;
  readonly topic: string | undefined;
}

function commandOf(args: string[]): Command {
  const options = { topic: { type: 'string' }, text: { type: 'boolean' }, all: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  let parsed;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n${USAGE}`);
  }
  const { values, positionals } = parsed;
  const [verb = 'list', ...ids] = positionals;
  if (values.help) throw new Refusal(USAGE);
  if (verb !== 'list' && verb !== 'replay') throw new Refusal(`there is no command ${JSON.stringify(verb)}\n${USAGE}`);
  const isReplay = verb === 'replay';
  if (!isReplay && (ids.length > 0 || values.all)) throw new Refusal(`list takes no ids and no --all\n${USAGE}`);
  if (isReplay && ids.length > 0 === (values.all ?? false)) throw new Refusal(`replay takes either ids or --all\n${USAGE}`);
  if (values.topic !== undefined && !(TOPIC_NAMES as string[]).includes(values.topic)) {
    throw new Refusal(`there is no topic ${JSON.stringify(values.topic)}; there are ${TOPIC_NAMES.join(', ')}`);
  }
  return { ids, isReplay, all: values.all ?? false, text: values.text ?? false, topic: values.topic };
}

async function open(stack: AsyncDisposableStack): Promise<DeadLetters> {
  const brokers = process.env['PARLEY_KAFKA_BROKERS'];
  if (brokers) {
    const { KafkaDeadLetters } = await import('@parley/platform/kafka');
    return stack.use(await KafkaDeadLetters.open({ brokers: brokers.split(',') }));
  }
  return stack.use(await PostgresDeadLetters.open(process.env['PARLEY_DATABASE_URL'] || (await embeddedUrl(stack))));
}

/** Parley may run on the folder meanwhile or not. */
async function embeddedUrl(stack: AsyncDisposableStack): Promise<string> {
  const dataDir = resolve(process.env['PARLEY_DATA_DIR'] || './.parley');
  return findRunningServer(dataDir) ?? stack.use(await EmbeddedPostgres.start({ dataDir, log: () => undefined })).url;
}

function describe({ id, topic, partition, offset, group, type, error, setAsideAt, payload }: WaitingLetter, withText: boolean): string {
  const lines = [
    `${id}  ${setAsideAt.toISOString()}`,
    `  from ${topic}, partition ${partition}, offset ${offset}: ${type || 'no type'}`,
    `  ${group} could not handle it: ${error.replaceAll('\n', ' ')}`,
    ...(withText ? [`  ${payload}`] : []),
  ];
  return lines.join('\n');
}

function chosenOf(letters: readonly WaitingLetter[], { ids, all, topic }: Command): readonly WaitingLetter[] {
  if (all) return letters;
  const unknown = ids.filter((id) => !letters.some((letter) => letter.id === id));
  if (unknown.length > 0) {
    throw new Refusal(
      `there is no dead letter ${unknown.join(', ')}${topic ? ` of ${topic}` : ''}; npm run dlq lists them. Nothing was replayed.`,
    );
  }
  return letters.filter(({ id }) => ids.includes(id));
}

async function main(): Promise<void> {
  const command = commandOf(process.argv.slice(2));
  await using stack = new AsyncDisposableStack();
  const dead = await open(stack);
  const letters = (await dead.list()).filter(({ topic }) => command.topic === undefined || topic === command.topic);
  if (!command.isReplay) {
    for (const letter of letters) console.log(describe(letter, command.text));
    console.log(letters.length === 0 ? 'dlq: nothing was set aside' : `dlq: ${letters.length} set aside`);
    return;
  }
  const chosen = chosenOf(letters, command);
  for (const letter of chosen) {
    await dead.replay(letter);
    console.log(`dlq: ${letter.id} is back in ${letter.topic}, partition ${letter.partition}`);
  }
  console.log(`dlq: ${chosen.length} replayed`);
}

Logger.overrideLogger(false); // what goes wrong is thrown
main().catch((error: Error) => {
  console.error(error instanceof Refusal ? error.message : `dlq: ${error.message}`);
  process.exitCode = 1;
});
