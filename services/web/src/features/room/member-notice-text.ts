import type { MemberNotice, MemberStep } from '../../state/member-notices.js';
import { listOf, t } from '../../texts/texts.js';

/** Names in a row; further ones are counted. */
const NAMES_MAX = 3;
const STEPS: readonly MemberStep[] = ['joined', 'left', 'removed'];
const TEXTS = { joined: 'room.theyJoined', left: 'room.theyLeft', removed: 'room.theyWereRemoved' } as const;

/** "Ada, Bob and 3 others joined. You were removed." */
export function memberNoticeText({ people, crowds }: MemberNotice, ownUserId: string): string {
  return STEPS.flatMap((step) => {
    const ids = [...people.keys()].filter((userId) => people.get(userId)!.step === step);
    if (ids.length === 0) return [];
    const others = ids.filter((userId) => userId !== ownUserId).map((userId) => people.get(userId)!.name);
    // Own doings are not lost in a crowd.
    const isOwn = others.length < ids.length;
    const isCrowd = crowds.includes(step);
    const isOne = ids.length === 1 && !isCrowd;
    const names = namesOf(isOwn ? [t('room.you'), ...others] : others, isCrowd);
    return [t(TEXTS[step], { who: isOwn ? (isOne ? 'you' : 'us') : isOne ? 'one' : 'many', names })];
  }).join(' ');
}

function namesOf(names: readonly string[], isCrowd: boolean): string {
  if (!isCrowd && names.length <= NAMES_MAX) return listOf(names);
  const shown = names.slice(0, NAMES_MAX - 1);
  return listOf([...shown, isCrowd ? t('room.manyOthers') : t('room.others', { count: names.length - shown.length })]);
}
