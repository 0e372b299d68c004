import { Icon } from '../common/Icon.js';
import { t } from '../../texts/texts.js';

/** Says beside the composer that it holds a message that was sent. */
export function EditBar({ onCancel }: { onCancel: () => void }) {
  return (
    <div className="reply-bar">
      <p role="status">{t('composer.editing')}</p>
      <button type="button" className="icon-button" aria-label={t('composer.stopEditing')} onClick={onCancel}>
        <Icon name="close" />
      </button>
    </div>
  );
}
