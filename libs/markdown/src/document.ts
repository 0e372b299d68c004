/** What stands within a line. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'strong' | 'emphasis' | 'strike' | 'spoiler'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  /** `href` is http, https or mailto and carries no password. */
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Inline[] }
  /** Somebody may be meant: `names` are those it may stand for, lower case, the longest first. */
  | { readonly kind: 'mention'; readonly text: string; readonly names: readonly string[] }
  /** A room may be meant, by its name. */
  | { readonly kind: 'room'; readonly text: string; readonly name: string };

export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  /** `language` as written behind the fence, lower case; empty when there is none. */
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'quote'; readonly children: readonly Block[] }
  /** `start` is null where the points have no numbers. */
  | { readonly kind: 'list'; readonly start: number | null; readonly items: readonly (readonly Block[])[] };

/** The text of a message, read as Markdown. Its depth is bounded by `DEPTH_MAX`. */
export type MarkdownDocument = readonly Block[];

/** Quotes and lists within each other, and marks within each other. What is deeper stays as it was written. */
export const DEPTH_MAX = 8;
