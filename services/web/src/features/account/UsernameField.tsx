import type { ComponentProps } from 'react';
import { t } from '../../texts/texts.js';
import { Field } from '../common/Field.js';

/** Where a page about accounts begins; password managers fill it in. */
export function UsernameField(rest: Omit<ComponentProps<typeof Field>, 'label' | 'name'>) {
  return (
    <Field
      label={t('account.username')}
      name="username"
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      required
      autoFocus
      {...rest}
    />
  );
}
