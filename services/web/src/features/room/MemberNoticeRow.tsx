import { memo } from 'react';
import type { MemberNotice } from '../../state/member-notices.js';
import { memberNoticeText } from './member-notice-text.js';

/** Who came and went, as calm as what the room says itself. Not announced: it can be read where it stands. */
export const MemberNoticeRow = memo(function MemberNoticeRow({ notice, ownUserId }: { notice: MemberNotice; ownUserId: string }) {
  return (
    <div className="member-notice" dir="auto">
      {memberNoticeText(notice, ownUserId)}
    </div>
  );
});
