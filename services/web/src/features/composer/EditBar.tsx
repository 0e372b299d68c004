import { Icon } from '../common/Icon.js';

/** Says beside the composer that it holds a message that was sent. */
export function EditBar({ onCancel }: { onCancel: () => void }) {
  return (
    <div className="reply-bar">
      <p role="status">Editing your message. Esc leaves it as it was.</p>
      <button type="button" className="icon-button" aria-label="Do not edit" onClick={onCancel}>
        <Icon name="close" />
      </button>
    </div>
  );
}
