import { t } from '../../texts/texts.js';

const SHOW_LEFT_BELOW = 200;

interface LengthNoteProps {
  /** Characters that still fit; below 0 for too many. */
  readonly left: number;
  readonly canAttach: boolean;
  readonly onAttach: () => void;
}

/** Near the end of what a message takes; what is longer can go as a file. */
export function LengthNote({ left, canAttach, onAttach }: LengthNoteProps) {
  if (left >= SHOW_LEFT_BELOW) return null;
  return (
    <div className="composer-note">
      <span className={left < 0 ? 'composer-left error' : 'composer-left hint'} role="status">
        {left < 0 ? t('composer.tooMany', { count: -left }) : t('composer.left', { count: left })}
      </span>
      {left < 0 && canAttach ? (
        <button type="button" className="button" onClick={onAttach}>
          {t('composer.sendAsFile')}
        </button>
      ) : null}
    </div>
  );
}
