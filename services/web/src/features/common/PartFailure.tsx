/** Instead of a part that could not be fetched: after a release the files of the page that is open are gone. */
export function PartFailure({ onClose }: { onClose: (() => void) | undefined }) {
  return (
    <div className="part-failure" role="alert">
      <p>This part could not be loaded. There may be a new version.</p>
      {onClose ? (
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      ) : null}
      <button type="button" className="button primary" onClick={() => location.reload()}>
        Reload the page
      </button>
    </div>
  );
}
