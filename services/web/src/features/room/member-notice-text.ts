import type { MemberNotice, MemberStep } from '../../state/member-notices.js';

/** Names in a row; further ones are counted. */
const NAMES_MAX = 3;
const STEPS: readonly MemberStep[] = ['joined', 'left', 'removed'];

/** "Ada, Bob and 3 others joined. You were removed." */
export function memberNoticeText({ people, crowds }: MemberNotice, ownUserId: string): string {
  return STEPS.flatMap((step) => {
    const ids = [...people.keys()].filter((userId) => people.get(userId)!.step === step);
    if (ids.length === 0) return [];
    const others = ids.filter((userId) => userId !== ownUserId).map((userId) => people.get(userId)!.name);
    // Own doings are not lost in a crowd.
    const isOwn = others.length < ids.length;
    const isCrowd = crowds.includes(step);
    const isOne = ids.length === 1 && !isCrowd && !isOwn;
    const verb = step === 'removed' ? `${isOne ? 'was' : 'were'} removed` : step;
    return [`${listOf(isOwn ? ['You', ...others] : others, isCrowd)} ${verb}.`];
  }).join(' ');
}

function listOf(names: readonly string[], isCrowd: boolean): string {
  if (isCrowd || names.length > NAMES_MAX) {
    const shown = names.slice(0, NAMES_MAX - 1);
    return `${shown.join(', ')} and ${isCrowd ? 'many' : names.length - shown.length} others`;
  }
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
