import { t } from '../../texts/texts.js';
import { Dialog } from '../common/Dialog.js';
import { useStore } from '../common/use-store.js';
import { COMMAND_GROUPS, type CommandGroup, type Commands } from './commands.js';
import { isApple, keysOf } from './key-chord.js';

const titleOf = (group: CommandGroup): string => {
  switch (group) {
    case 'places':
      return t('commands.groupPlaces');
    case 'rooms':
      return t('commands.groupRooms');
    case 'messages':
      return t('commands.groupMessages');
    case 'writing':
      return t('commands.groupWriting');
  }
};

/** Every key that does something at this moment. */
export function ShortcutsDialog({ commands, onClose }: { commands: Commands; onClose: () => void }) {
  const all = useStore(commands.store).filter(({ chords = [] }) => chords.length > 0);
  const onApple = isApple(navigator.platform);
  return (
    <Dialog title={t('commands.shortcuts')} onClose={onClose}>
      {COMMAND_GROUPS.map((group) => {
        const inGroup = all.filter((command) => command.group === group);
        return inGroup.length === 0 ? null : (
          <section key={group} className="dialog-section" aria-labelledby={`shortcuts-${group}`}>
            <h3 id={`shortcuts-${group}`}>{titleOf(group)}</h3>
            <dl className="shortcuts">
              {inGroup.map(({ id, label, chords = [] }) => (
                <div key={id}>
                  <dt>{label}</dt>
                  <dd>
                    {chords.map((chord, index) => (
                      <span key={chord}>
                        {index === 0 ? null : ' · '}
                        {keysOf(chord, onApple).map((key) => (
                          <kbd key={key}>{key}</kbd>
                        ))}
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
    </Dialog>
  );
}
