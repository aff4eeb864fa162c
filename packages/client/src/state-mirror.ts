// The client's copy of the agent's state: shown at once when changed here, taken back when the agent refuses.

/** How many refused updates in a row can be taken back one by one. */
const MAX_UNDO = 64;

export class StateMirror<State> {
  #value: State | undefined;
  /** What was shown before each own update since the agent last said what the state is. */
  #undo: (State | undefined)[] = [];
  /** An own update that the agent's first frame of a connection cannot know of. */
  #aheadOfConnect = false;
  #settled = false;

  get value(): State | undefined {
    return this.#value;
  }

  /** A connection opened: its first state frame, if any, tells what was before our updates. */
  opened(): void {
    this.#settled = false;
  }

  /** The frames an agent sends on connect are through. */
  settle(): void {
    this.#settled = true;
    this.#aheadOfConnect = false;
  }

  closed(): void {
    this.#settled = false;
  }

  setLocal(state: State): void {
    if (this.#undo.length === MAX_UNDO) this.#undo.shift();
    this.#undo.push(this.#value);
    this.#value = state;
    if (!this.#settled) this.#aheadOfConnect = true;
  }

  /** The agent says what the state is. False when an update of ours, still on its way, is newer. */
  receive(state: State): boolean {
    const older = this.#aheadOfConnect;
    this.settle();
    this.#undo = [];
    if (older) {
      this.#undo.push(state);
      return false;
    }
    this.#value = state;
    return true;
  }

  /** The agent refused an update: the latest one goes. False when there is none to take back. */
  rollBack(): boolean {
    if (this.#undo.length === 0) return false;
    this.#value = this.#undo.pop();
    return true;
  }
}
