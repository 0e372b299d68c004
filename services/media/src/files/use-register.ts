/** Learns from the log which files are really in use. */
export abstract class UseRegister {
  /** Whether all uses are noted that stood in the log when it was asked; false when that cannot be said in some seconds. */
  abstract haveSeenAll(): Promise<boolean>;
}
