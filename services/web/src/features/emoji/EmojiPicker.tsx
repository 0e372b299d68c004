import { EmojiPicker as Picker } from 'frimousse';
import { emojiData } from 'virtual:emoji-data';
import { Dialog } from '../common/Dialog.js';
import { t } from '../../texts/texts.js';
import type { TextKey } from '../../texts/text-keys.js';

const COLUMNS = 8;

/** The library counts from 0, ARIA from 1. */
const fromOne = (index: number | undefined): number | undefined => (index === undefined ? undefined : index + 1);

const CATEGORIES: Readonly<Record<string, TextKey>> = {
  'Smileys & Emotion': 'emoji.smileys',
  'People & Body': 'emoji.people',
  'Animals & Nature': 'emoji.animals',
  'Food & Drink': 'emoji.food',
  'Travel & Places': 'emoji.travel',
  Activities: 'emoji.activities',
  Objects: 'emoji.objects',
  Symbols: 'emoji.symbols',
  Flags: 'emoji.flags',
};
const categoryName = (label: string): string => (CATEGORIES[label] === undefined ? label : t(CATEGORIES[label]));

/** Every emoji by category and by words; loaded when it is opened first. */
export function EmojiPicker({ onPick, onClose }: { onPick: (emoji: string) => void; onClose: () => void }) {
  return (
    <Dialog title={t('emoji.title')} onClose={onClose}>
      <Picker.Root
        className="emoji-picker"
        columns={COLUMNS}
        resolveEmojiData={() => emojiData}
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
                  {categoryName(category.label)}
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
