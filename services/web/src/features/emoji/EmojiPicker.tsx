import { EmojiPicker as Picker } from 'frimousse';
import { Dialog } from '../common/Dialog.js';
import { spokenLanguage, t } from '../../texts/texts.js';
import { loadEmoji } from './load-emoji.js';

const COLUMNS = 8;

/** The library counts from 0, ARIA from 1. */
const fromOne = (index: number | undefined): number | undefined => (index === undefined ? undefined : index + 1);

/** Every emoji by category and by words; loaded when it is opened first. */
export function EmojiPicker({ onPick, onClose }: { onPick: (emoji: string) => void; onClose: () => void }) {
  return (
    <Dialog title={t('emoji.title')} onClose={onClose}>
      <Picker.Root
        className="emoji-picker"
        columns={COLUMNS}
        locale={spokenLanguage.get().language}
        resolveEmojiData={loadEmoji}
        onEmojiSelect={({ emoji }) => onPick(emoji)}
      >
        <div className="emoji-tools">
          <Picker.Search data-first-focus aria-label={t('emoji.search')} placeholder={t('emoji.searchShort')} />
          <Picker.SkinToneSelector className="icon-button" aria-label={t('emoji.skinTone')} title={t('emoji.skinTone')} />
        </div>
        <Picker.Viewport className="emoji-viewport">
          <Picker.Empty className="hint">{t('emoji.nothing')}</Picker.Empty>
          <Picker.List
            components={{
              CategoryHeader: ({ category, ...props }) => (
                <div className="emoji-category" {...props}>
                  {category.label}
                </div>
              ),
              Row: ({ children, ...props }) => (
                <div className="emoji-row" {...props} aria-rowindex={fromOne(props['aria-rowindex'])}>
                  {children}
                </div>
              ),
              Emoji: ({ emoji, ...props }) => (
                <button type="button" className="emoji" {...props} role="gridcell" aria-colindex={fromOne(props['aria-colindex'])}>
                  {emoji.emoji}
                </button>
              ),
            }}
          />
        </Picker.Viewport>
      </Picker.Root>
    </Dialog>
  );
}
