/**
 * Whether the key belongs to an input method, which takes it to choose and to end what it composes. Of the Enter that ends it
 * Safari says so by the code alone: there the composition is over before its key is told of.
 */
export const isComposing = ({ isComposing: isOpen, keyCode }: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  isOpen || keyCode === 229;
