/** Lets what people do happen in the order in which they did it, however long the checks of each take. */
export class Turns {
  /** Line -> settled when the last one in it was handed over or refused. */
  private readonly lines = new Map<string, Promise<void>>();

  /**
   * Calls `append` when the check has passed and everybody before in the line had his turn; settles as the check and
   * the append do.
   */
  async take<T>(line: string, checked: Promise<T>, append: (result: T) => Promise<void>): Promise<void> {
    let durable: Promise<void> | undefined;
    const handedOver = Promise.allSettled([checked, this.lines.get(line)]).then(([check]) => {
      if (check.status === 'fulfilled') durable = append(check.value);
    });
    this.lines.set(line, handedOver);
    await handedOver;
    if (this.lines.get(line) === handedOver) this.lines.delete(line);
    await checked;
    await durable;
  }
}
