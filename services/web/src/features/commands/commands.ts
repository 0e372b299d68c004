import { Store } from '../../state/store.js';
import { isComposing } from '../common/is-composing.js';
import { isPressed, isWriting, type Chord } from './key-chord.js';

/** In the order of the sheet. */
export const COMMAND_GROUPS = ['places', 'rooms', 'messages', 'writing'] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** Something that can be done from the keyboard, by its keys or by its name in the switcher. */
export interface Command {
  readonly id: string;
  /** In the language of the reader. */
  readonly label: string;
  readonly group: CommandGroup;
  readonly chords?: readonly Chord[];
  /** Absent where the keys are served by what has the focus: then the command is there to be read about. */
  readonly run?: () => void;
}

/** Windows that lie over the chat; one at a time. */
export type Overlay = 'switcher' | 'shortcuts' | 'connection' | 'people' | 'browse' | 'create';

export interface ShownProfile {
  readonly userId: string;
  readonly roomId: string | undefined;
}

/** Everything that can be done at this moment: parts of the screen add what they offer while they are there. */
export class Commands {
  readonly store = new Store<readonly Command[]>([]);
  readonly overlay = new Store<Overlay | undefined>(undefined);

  /** Who is shown, and in which room he was asked for. */
  readonly profile = new Store<ShownProfile | undefined>(undefined);

  /** The search is open; on a wide screen it stays beside the room. */
  readonly isSearching = new Store(false);

  constructor(private readonly onApple: boolean) {}

  /** @returns takes them away again */
  add(commands: readonly Command[]): () => void {
    this.store.update((known) => [...known, ...commands]);
    return () => this.store.update((known) => known.filter((command) => !commands.includes(command)));
  }

  open(overlay: Overlay): void {
    this.overlay.set(overlay);
  }

  showProfile(userId: string, roomId: string | undefined): void {
    this.profile.set({ userId, roomId });
  }

  closeProfile = (): void => this.profile.set(undefined);

  close = (): void => this.overlay.set(undefined);

  /** Runs what the pressed keys stand for; true when there was something. What came last goes first: it is the nearest. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || isComposing(event) || event.repeat) return false;
    const isInField = isField(event.target);
    const command = this.store
      .get()
      .findLast(
        ({ run, chords = [] }) => run && chords.some((chord) => isPressed(chord, event, this.onApple) && !(isInField && isWriting(chord))),
      );
    if (!command?.run) return false;
    event.preventDefault();
    command.run();
    return true;
  }
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
