/** Made by `emoji-data.ts` of this package when the client is built. */
declare module 'virtual:emoji-data/*' {
  export const emojiData: Awaited<ReturnType<import('frimousse').EmojiDataResolver>>;
}
