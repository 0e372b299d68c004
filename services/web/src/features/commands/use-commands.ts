import { createContext, useContext, useEffect, type DependencyList } from 'react';
import { spokenLanguage } from '../../texts/texts.js';
import { useStore } from '../common/use-store.js';
import type { Command, Commands } from './commands.js';

export const CommandsContext = createContext<Commands | undefined>(undefined);

/** @throws outside of the chat */
export function useCommandCentre(): Commands {
  const commands = useContext(CommandsContext);
  if (!commands) throw new Error('there are no commands here');
  return commands;
}

/** Offers commands for as long as the calling part is on screen. `dependencies`: what they are made of. */
export function useCommands(make: () => readonly Command[], dependencies: DependencyList): void {
  const commands = useCommandCentre();
  const language = useStore(spokenLanguage);
  useEffect(() => commands.add(make()), [commands, language, ...dependencies]); // oxlint-disable-line react/exhaustive-deps
}
