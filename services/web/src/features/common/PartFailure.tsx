import { t } from '../../texts/texts.js';

/** Instead of a part that could not be fetched: after a release the files of the page that is open are gone. */
export function PartFailure({ onClose }: { onClose: (() => void) | undefined }) {
  return (
    <div className="part-failure" role="alert">
      <p>{t('common.partMissing')}</p>
      {onClose ? (
        <button type="button" className="button" onClick={onClose}>
          {t('common.close')}
        </button>
      ) : null}
      <button type="button" className="button primary" onClick={() => location.reload()}>
        {t('common.reloadPage')}
      </button>
    </div>
  );
}
