import { fullTime } from '../common/times.js';
import { t } from '../../texts/texts.js';
import type { Silence } from './use-silence.js';

/** Why nothing can be sent now, and for how long. What is written stays. */
export function SilenceNote({ silence: { reason, untilMs, leftMs } }: { silence: Silence }) {
  if (reason === 'muted')
    return (
      <p className="composer-note hint" role="status">
        {t('composer.mutedUntil', { time: fullTime(new Date(untilMs).toISOString()) })}
      </p>
    );
  return (
    <p className="composer-note hint" role="timer">
      {t('composer.slowMode', { time: duration(leftMs) })}
    </p>
  );
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return (parts[0] === 0 ? parts.slice(1) : parts)
    .map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0')))
    .join(':');
}
