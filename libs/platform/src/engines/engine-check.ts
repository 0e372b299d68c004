/** Looks whether an engine can be used as it is. */
export interface EngineCheck {
  /** As operators know it: `kafka`. */
  readonly name: string;
  /** Rejects saying what is wrong and how to mend it, without anything secret. Opens connections of its own and closes them. */
  readonly assertUsable: () => Promise<void>;
}
