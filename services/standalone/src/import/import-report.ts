const EXAMPLES = 5;

/** What does not arrive as it was. */
const FINDINGS = {
  'user-bad-name': 'users left out, because their names cannot be usernames (3 to 32 of A-Z a-z 0-9 _ . -); --rename OLD=NEW takes them in',
  'user-reserved-name': 'users left out, because their names are reserved; --rename OLD=NEW takes them in',
  'user-duplicate-name': 'users left out, because another one has the same name without case; --rename OLD=NEW takes them in',
  'user-name-taken': 'users left out, because somebody else in Parley has their names; --rename OLD=NEW takes them in',
  'user-display-name': 'display names that cannot be used; the username stands instead',
  'user-no-password': 'users who cannot log in, because their passwords are stored in a way that Parley does not know',
  'room-bad-name': 'rooms left out, because their names cannot be used',
  'room-merged': 'rooms that went into a public room of the same name',
  'chat-not-private': 'chats with more than two people, which became private rooms',
  'chat-no-pair': 'chats left out, because fewer than two of their people were taken over',
  'message-unknown-sender': 'messages left out, because their senders were not taken over',
  'message-unknown-place': 'messages left out, because their rooms or chats were not taken over',
  'message-stranger': 'messages left out, because their senders do not belong to the private chat',
  'message-empty': 'messages left out, because they are empty',
  'message-unreadable': 'messages left out, because their text contains U+0000 or half characters',
  'message-split': 'messages longer than 4000 characters, which became several',
  'message-no-time': 'messages without a time that can be read; they have that of the message before them, the first ones that of the file',
  'message-file': 'files of messages, which stay where they are; a message that is nothing else has the name of its file as text',
} as const;

export type Finding = keyof typeof FINDINGS;

/** Gathers what could not be taken over as it was, with some examples of each kind. */
export class ImportReport {
  readonly #found = new Map<Finding, { count: number; examples: string[] }>();

  note(finding: Finding, example: string): void {
    const entry = this.#found.get(finding) ?? { count: 0, examples: [] };
    entry.count += 1;
    if (entry.examples.length < EXAMPLES) entry.examples.push(printable(example));
    this.#found.set(finding, entry);
  }

  count(finding: Finding): number {
    return this.#found.get(finding)?.count ?? 0;
  }

  /** In the order of the list above; empty when all is well. */
  lines(): string[] {
    return (Object.keys(FINDINGS) as Finding[])
      .filter((finding) => this.#found.has(finding))
      .map((finding) => {
        const { count, examples } = this.#found.get(finding)!;
        return `  ${count} ${FINDINGS[finding]}: ${examples.join(', ')}${count > examples.length ? ' …' : ''}`;
      });
  }
}

/** A name from the file must not be able to command the terminal. */
const printable = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
